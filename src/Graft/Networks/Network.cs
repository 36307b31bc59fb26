using Graft.Data;
using Graft.Formats;
using Graft.Operations;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Networks;

/// <summary>
/// A network: stem, one operation at each position, head. Positions start with the network's own operations; <c>Substitute</c> swaps them.
/// Parameters are fp32 on the device that the network was moved to; <see cref="Precision"/> is the type of the computation. One thread at a time may use it.
/// </summary>
public sealed class Network : nn.Module<Tensor, Tensor>
{
    private readonly Operation _stem, _head;
    private readonly Operation[] _operations;
    private readonly List<(Place Place, OperationSpec Operation)> _places;
    private readonly Operation?[] _after; // the fixed layers behind each position
    private Precision _precision = Precision.Float32;
    private Position? _onlyTrained;

    /// <param name="definition">The layout.</param>
    /// <param name="seed">Decides the initial values.</param>
    public Network(NetworkDefinition definition, long seed = 0)
        : this(definition, new LayerFactory(seed))
    {
    }

    private Network(NetworkDefinition definition, LayerFactory layers)
        : base(definition.Name)
    {
        Definition = definition;
        using var _ = layers;
        _stem = definition.CreateStem(layers);
        _operations = new Operation[definition.Positions.Count];
        _after = new Operation?[definition.Positions.Count];
        foreach (var (i, position) in definition.Positions.Index())
        {
            _operations[i] = position.CreateOwn!(layers);
            _after[i] = position.CreateAfter?.Invoke(layers);
        }

        _head = definition.CreateHead(layers);
        var own = OperationCatalog.Default.Parse(TeacherOperation.FamilyName);
        _places = [.. definition.Positions.Select(p => ((Place)p.Index, own))];
        register_module("stem", _stem);
        foreach (var position in Positions)
        {
            register_module(NameOf(position.Index), _operations[position.Index - 1]);
            if (_after[position.Index - 1] is { } after)
            {
                register_module(Invariant($"after{position.Index}"), after);
            }
        }

        register_module("head", _head);
    }

    /// <summary>Who trains or tests it.</summary>
    internal NetworkUse Use { get; } = new();

    /// <summary>The layout that the network was made from.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The positions, in the order of the forward pass.</summary>
    public IReadOnlyList<Position> Positions => Definition.Positions;

    /// <summary>The places that cover all positions once, in the order of positions, and the operation of each.</summary>
    public IReadOnlyList<(Place Place, OperationSpec Operation)> Places => _places;

    /// <summary>The operation of each place, in the order of positions.</summary>
    public IReadOnlyList<OperationSpec> Architecture => [.. _places.Select(p => p.Operation)];

    /// <summary>The places that do not hold what the network was made with.</summary>
    internal IEnumerable<(Place Place, OperationSpec Operation)> Substituted =>
        _places.Where(p => !Unchanged.Is(p.Place, p.Operation.Text));

    /// <summary>The type of number that convolutions compute with; fp32 until it is set. A session's networks have what suits the processor.</summary>
    public Precision Precision
    {
        get => _precision;
        set
        {
            _precision = value;
            var layers = value.Layers().WithClassifier(ScoringPart.OutputLayer);
            foreach (var part in Parts)
            {
                part.Operation.Layers = layers;
            }
        }
    }

    // A network without positions is a stem alone.
    private Operation ScoringPart => Positions.Count == 0 && !_head.parameters().Any() ? _stem : _head;

    private IEnumerable<(string Path, Operation Operation)> Parts
    {
        get
        {
            yield return ("", _stem);
            foreach (var position in Positions)
            {
                yield return (IsOwn(position) ? position.OwnPath : position.Path, _operations[position.Index - 1]);
                if (_after[position.Index - 1] is { } after)
                {
                    yield return ("", after);
                }
            }

            yield return ("", _head);
        }
    }

    /// <summary>Makes a network by name (see <see cref="NetworkCatalog.Define"/>).</summary>
    /// <exception cref="ConfigurationException">There is no such network, or it cannot take such images.</exception>
    public static Network Create(string name, ImageShape image, int classes, long seed = 0) => new(NetworkCatalog.Define(name, image, classes), seed);

    /// <summary>Makes a network that has shapes but neither memory nor values: enough to count what it costs, at once.</summary>
    public static Network ShapesOnly(NetworkDefinition definition) => new(definition, LayerFactory.ShapesOnly());

    /// <summary>All parameters in the order of the forward pass, whatever the order in which operations were swapped.</summary>
    internal IEnumerable<Parameter> OrderedParameters => Parts.SelectMany(p => p.Operation.parameters());

    /// <summary>The device that the network was moved to.</summary>
    internal Device CurrentDevice => OrderedParameters.First().device;

    /// <summary>Makes a network with the same operations, precision and mode, but initial values; the caller owns it and shares or loads the values.</summary>
    internal Network Replicate()
    {
        using var layers = new LayerFactory(0);
        var replica = new Network(Definition);
        foreach (var (place, spec) in Substituted)
        {
            replica.Substitute(Definition.PositionAt(place), spec, layers);
        }

        replica.Precision = _precision;
        replica.train(training);
        return replica;
    }

    /// <summary>
    /// The operation at a position; the network owns it. At a run it is the one that was put there for all of it, and that of the first position where none
    /// was.
    /// </summary>
    public Operation OperationAt(Position position) => _operations[position.Index - 1];

    /// <summary>
    /// What stands at a place, one operation for each of its positions, in their order; where one was put there for all of them, it and then identities. The
    /// network owns them.
    /// </summary>
    public IReadOnlyList<Operation> OperationsAt(Place place) => _operations[(place.First - 1)..place.Last];

    /// <summary>Parameters and multiply-accumulates of what stands at a place, for one image.</summary>
    internal (long Parameters, long MultiplyAccumulates) CostAt(Place place)
    {
        var costs = OperationsAt(place).Select((operation, i) => operation.Cost(Positions[place.First - 1 + i].Input)).ToList();
        return (costs.Sum(c => c.Parameters), costs.Sum(c => c.MultiplyAccumulates));
    }

    /// <summary>
    /// Puts another operation into a position, or into a run of them: there it stands at the first one, and the others pass on what they get. The network
    /// takes it over and disposes those that were there.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The operation cannot stand there, and stays the caller's: it gives another shape than the position needs, fails on shapes, or uses layers that it has
    /// not registered.
    /// </exception>
    /// <exception cref="ArgumentException">The position is part of a run that holds one operation.</exception>
    public void Substitute(Position position, OperationSpec spec, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(operation);
        spec.CostOf(operation, position);
        var place = position.Place;
        foreach (var (run, held) in _places.Where(p => p.Place.Overlaps(place) && !(place.Contains(p.Place.First) && place.Contains(p.Place.Last))))
        {
            throw new ArgumentException($"Position {place} cannot be swapped: one operation ('{held}') stands at {run}.");
        }

        Put(place.First, operation);
        for (int index = place.First + 1; index <= place.Last; index++)
        {
            Put(index, IdentityOperation.Create());
        }

        int at = _places.FindIndex(p => p.Place.Overlaps(place));
        _places.RemoveAll(p => p.Place.Overlaps(place));
        _places.Insert(at, (place, spec));
        FreezeOthers();
    }

    private void Put(int index, Operation operation)
    {
        var old = _operations[index - 1];
        operation.Layers = _precision.Layers();
        operation.train(training);
        register_module(NameOf(index), null!);
        register_module(NameOf(index), operation);
        _operations[index - 1] = operation;
        if (!ReferenceEquals(old, operation))
        {
            old.Dispose();
        }
    }

    /// <summary>Makes the operation with fresh initial values and puts it into a position.</summary>
    /// <exception cref="ConfigurationException">The position cannot hold it, or what its family makes cannot stand there.</exception>
    /// <exception cref="ArgumentException">The position is part of a run that holds one operation.</exception>
    public void Substitute(Position position, OperationSpec spec, LayerFactory layers)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(layers);
        if (spec.WhyUnavailable(position) is { } reason)
        {
            throw new ConfigurationException(Invariant($"{Definition.Name}, position {position.Place}: {reason}."));
        }

        Substitute(position, spec, spec.Create(position, layers));
    }

    /// <summary>Puts another operation with fresh initial values into a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="spec">The operation.</param>
    /// <param name="seed">Decides the initial values.</param>
    /// <exception cref="ConfigurationException">The place cannot hold it, or what its family makes cannot stand there.</exception>
    public void Substitute(Place place, OperationSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using var layers = new LayerFactory(seed);
        Substitute(Definition.PositionAt(place), spec, layers);
        this.to(CurrentDevice);
    }

    /// <summary>Puts another operation into a place. The network takes it over and disposes what was there.</summary>
    /// <exception cref="ConfigurationException">The operation cannot stand there, and stays the caller's.</exception>
    public void Substitute(Place place, OperationSpec spec, Operation operation) => Substitute(Definition.PositionAt(place), spec, operation);

    /// <summary>
    /// Freezes all but the operation at a position: from now on no other parameter has a gradient, and all other batch normalisation keeps and uses its stored
    /// statistics, whatever the network's mode. That holds for operations, too, that are put elsewhere later.
    /// </summary>
    public void TrainOnly(Position position)
    {
        _onlyTrained = position;
        FreezeOthers();
    }

    // All but the operation that alone is trained, if there is one.
    private void FreezeOthers()
    {
        if (_onlyTrained is not { } position)
        {
            return;
        }

        foreach (var (_, operation) in Parts)
        {
            foreach (var parameter in operation.parameters())
            {
                parameter.requires_grad = ReferenceEquals(operation, OperationAt(position));
            }
        }

        this.train(training);
    }

    /// <summary>Sets the mode of training (true) or inference; of the trained operation alone after <see cref="TrainOnly"/>.</summary>
    public override void train(bool train = true)
    {
        base.train(train);
        if (train && _onlyTrained is { } position)
        {
            foreach (var (_, operation) in Parts.Where(part => !ReferenceEquals(part.Operation, OperationAt(position))))
            {
                operation.eval();
            }
        }
    }

    /// <summary>Images to logits: [N, C, H, W] -> [N, K], in fp32 whatever the precision.</summary>
    /// <exception cref="ArgumentException">These are no images of the network's channels, as floating-point numbers.</exception>
    public override Tensor forward(Tensor input)
    {
        RequireImages(input);
        // Each feature map is let go as soon as the next one is there: in inference its memory, still in the cache, is used again.
        var x = _stem.call(input);
        foreach (var position in Positions)
        {
            using var previous = x;
            var output = OperationAt(position).call(previous);
            x = Continue(position, previous, output);
            if (!ReferenceEquals(x, output))
            {
                output.Dispose();
            }
        }

        using var last = x;
        return Scores(last);
    }

    /// <summary>
    /// Runs stem and positions and returns what each position takes and gives, [N, C, H, W], by its index; the caller owns the tensors. Where one position
    /// follows another directly, the output of the one and the input of the other are the same object. Within a run that holds one operation all outputs are
    /// that operation's.
    /// </summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="positions">The positions that are asked for; null for all. The feature maps of others are let go, and nothing runs behind the last
    /// one.</param>
    /// <exception cref="ArgumentException">These are no images of the network's channels, as floating-point numbers.</exception>
    public IReadOnlyDictionary<int, (Tensor Input, Tensor Output)> ForwardFeatures(Tensor input, IReadOnlySet<int>? positions = null)
    {
        RequireImages(input);
        var features = new Dictionary<int, (Tensor Input, Tensor Output)>();
        int last = positions is null ? Positions.Count : positions.DefaultIfEmpty(0).Max();
        bool IsAskedFor(int index) => positions?.Contains(index) ?? index <= Positions.Count;
        var x = _stem.call(input);
        bool kept = false; // whether x is among what is returned
        foreach (var position in Positions.Take(last))
        {
            var output = OperationAt(position).call(x);
            var next = position.Index < last ? Continue(position, x, output) : output;
            bool asked = IsAskedFor(position.Index);
            if (asked)
            {
                features[position.Index] = (x, output);
            }

            if (!asked && !kept)
            {
                x.Dispose();
            }

            if (!asked && !ReferenceEquals(next, output))
            {
                output.Dispose();
            }

            kept = asked && ReferenceEquals(next, output);
            x = next;
        }

        if (!kept)
        {
            x.Dispose();
        }

        return features;
    }

    /// <summary>The network as a function of its input, on any interpretation of its layers.</summary>
    /// <param name="layers">What the layers do.</param>
    /// <param name="x">The input: [N, C, H, W], or its shape.</param>
    public TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
    {
        x = _stem.Apply(layers, x);
        foreach (var position in Positions)
        {
            var output = OperationAt(position).Apply(layers, x);
            x = position.Grows ? layers.Concat([x, output]) : output;
            x = _after[position.Index - 1] is { } after ? after.Apply(layers, x) : x;
        }

        return _head.Apply(layers, x);
    }

    /// <summary>What the network answers when a position gives that output: runs what is behind it. The caller keeps both tensors.</summary>
    /// <param name="position">The position.</param>
    /// <param name="input">What the position takes, [N, C, H, W]; only where it grows (<see cref="Position.Grows"/>) does it matter.</param>
    /// <param name="output">What it gives, [N, C, H, W].</param>
    /// <returns>Logits [N, K].</returns>
    public Tensor ForwardAfter(Position position, Tensor input, Tensor output)
    {
        using var scope = NewDisposeScope();
        var x = Continue(position, input, output);
        foreach (var next in Positions.Skip(position.Place.Last))
        {
            x = Continue(next, x, OperationAt(next).call(x));
        }

        return Scores(x).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the scores of the classes into another order, by reordering the rows of the classifier.</summary>
    /// <param name="places">For each place of the new order, the place that its class has now.</param>
    /// <exception cref="ArgumentException">It is no order of the network's classes.</exception>
    /// <exception cref="ConfigurationException">
    /// The scores of an imported network do not come from one fully connected layer or convolution with nothing of each class behind it.
    /// </exception>
    public void ReorderClasses(IReadOnlyList<int> places)
    {
        if (!places.Order().SequenceEqual(Enumerable.Range(0, Definition.Classes)))
        {
            throw new ArgumentException(Invariant($"The order must have each of the places 0 to {Definition.Classes - 1} once."), nameof(places));
        }

        var classifier = ScoringPart.OutputLayer;
        if (classifier is null || classifier.parameters().Any(parameter => parameter.shape[0] != Definition.Classes))
        {
            throw new ConfigurationException(
                $"The classes of {Definition.Name} cannot be put into another order: its scores do not come from one fully connected layer or convolution with "
                    + "nothing of each class behind it. Give data whose classes have the order of the file (those of folders are sorted by name)."
            );
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var parameter in classifier.parameters())
        {
            parameter.copy_(parameter.index_select(0, tensor(places.Select(p => (long)p).ToArray(), device: parameter.device)));
        }
    }

    /// <summary>Parameters and multiply-accumulates of the whole network for one image.</summary>
    public OperationCost Cost()
    {
        var layers = new CostLayers();
        var output = Apply(layers, new FeatureShape(Definition.Image.Channels, Definition.Image.Height, Definition.Image.Width));
        return new(parameters().Sum(p => p.numel()), layers.MultiplyAccumulates, output) { Activations = layers.Activations };
    }

    /// <summary>All parameters and buffers under the names that PyTorch's implementations give them, e.g. <c>block1.layer.0.conv1.weight</c>.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedTensors() => Parts.SelectMany(part => part.Operation.NamedTensors(part.Path));

    // What libtorch says of others names neither the images nor the network.
    // In fp32 at least: what an imported network ends with may be bf16, in which scores of several classes are often equal.
    private Tensor Scores(Tensor x)
    {
        var scores = _head.call(x);
        if (scores.dtype != ScalarType.BFloat16)
        {
            return scores;
        }

        using (scores)
        {
            return scores.to(ScalarType.Float32);
        }
    }

    private void RequireImages(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long[] shape = input.shape;
        if (shape.Length != 4 || shape[1] != Definition.Image.Channels || !input.is_floating_point())
        {
            throw new ArgumentException(
                Invariant(
                    $"{Definition.Name} takes images [N, {Definition.Image.Channels}, H, W] of floating-point numbers, not {ShapeText.Of(shape)} of {input.dtype}."
                ),
                nameof(input)
            );
        }
    }

    // What the network goes on with behind a position: its output itself, where nothing fixed follows.
    private Tensor Continue(Position position, Tensor input, Tensor output)
    {
        var after = _after[position.Place.Last - 1];
        if (!position.Grows)
        {
            return after is null ? output : after.call(output);
        }

        var grown = cat([input, output], 1);
        if (after is null)
        {
            return grown;
        }

        using (grown)
        {
            return after.call(grown);
        }
    }

    private bool IsOwn(Position position) => _places.Any(p => p.Place == position.Place && p.Operation.Family is TeacherOperation);

    private static string NameOf(int index) => Invariant($"position{index}");

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}
