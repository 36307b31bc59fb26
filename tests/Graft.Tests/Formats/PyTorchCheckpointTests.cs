using System.IO.Compression;
using System.Text;
using Graft.Formats;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using static TorchSharp.torch;

namespace Graft.Tests.Formats;

/// <summary>Reading of the files that make_checkpoints.py wrote with PyTorch, and of files that were made to do harm.</summary>
public sealed class PyTorchCheckpointTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("zip.pt", "")]
    [InlineData("legacy.pt", "")]
    [InlineData("protocol4.pt", "")]
    [InlineData("nested.ckpt", "module.")]
    [InlineData("nested-legacy.th", "module.")]
    [InlineData("beside.pt", "")]
    public void Load_Checkpoint_GivesNamesShapesAndNumbers(string name, string prefix)
    {
        using var file = Load(name);

        Assert.Equal([$"{prefix}conv.weight", $"{prefix}bn.count"], file.Tensors.Keys);
        AssertNumbers(file.Tensors[$"{prefix}conv.weight"], [2, 3], Enumerable.Range(0, 6));
        Assert.Equal(7, file.Tensors[$"{prefix}bn.count"].item<long>());
        file.RemovePrefixes();
        Assert.Equal(["conv.weight", "bn.count"], file.Tensors.Keys);
    }

    [Theory]
    [InlineData("views.pt")]
    [InlineData("views-legacy.pt")]
    public void Load_ViewsOfOneBlock_GivesEachItsNumbers(string name)
    {
        using var file = Load(name);

        AssertNumbers(file.Tensors["all"], [4, 3], Enumerable.Range(0, 12));
        AssertNumbers(file.Tensors["transposed"], [3, 4], [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
        AssertNumbers(file.Tensors["part"], [2, 3], Enumerable.Range(3, 6));
        AssertNumbers(file.Tensors["half"], [5], Enumerable.Range(0, 5));
        AssertNumbers(file.Tensors["bfloat"], [5], Enumerable.Range(0, 5));
        Assert.Equal([true, false], file.Tensors["flags"].data<bool>().ToArray());
        Assert.All(file.Tensors.Values, tensor => Assert.True(tensor.is_contiguous()));
    }

    [Fact]
    public void Load_Parameter_IsATensor()
    {
        using var file = Load("parameter.pt");

        AssertNumbers(file.Tensors["w"], [2], [0, 1]);
    }

    [Theory]
    [InlineData(
        "module.pt",
        "it holds an object of '__main__.Holder'; only tensors and plain containers are read, and no code is run.")]
    [InlineData("script.pt", "it is a TorchScript program, not a checkpoint.")]
    [InlineData("int16.pt", "it holds numbers of 'torch.ShortStorage', expected one of F64, I64, F32, I32, F16, BF16, U8, BOOL.")]
    [InlineData(
        "two.pt",
        "it holds several dictionaries of tensors ('teacher', 'student'), expected one of them to be called "
        + "state_dict, model_state_dict, model, net, network, weights, params.")]
    public void Load_WhatIsNotRead_IsRefusedByName(string name, string message) => Assert.Equal(
        $"{PathOf(name)}: {message} In PyTorch, save the weights alone: torch.save(model.state_dict(), path).", Fault(PathOf(name)));

    [Theory]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0lstR.", "it holds an object of 'os.system'")]
    [InlineData("cbuiltins\neval\n.", "it holds an object of 'builtins.eval'")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "it holds an object of 'os.system'")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff", "it holds a text of 4,294,967,295 bytes")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "it holds a text of 18,446,744,073,709,551,615 bytes")]
    [InlineData("(((", "a damaged PyTorch checkpoint: it ends in the middle")]
    [InlineData("t.", "a damaged PyTorch checkpoint: a value is missing")]
    [InlineData("h\u0001.", "a damaged PyTorch checkpoint: value 1 is used before it is given")]
    [InlineData("I12\n.", "a damaged PyTorch checkpoint: pickle code 0x49")]
    [InlineData("}.", "it holds no tensors by name but nothing")]
    [InlineData("].", "it holds no dictionary, expected tensors by name")]
    [InlineData("}(K\u0001u.", "a damaged PyTorch checkpoint: a dictionary has a key without a value")]
    public void Load_PickleThatIsWrong_OneClearLine(string pickle, string message)
    {
        var path = Zip(("x/data.pkl", Encoding.Latin1.GetBytes($"\u0080\u0002{pickle}")));

        Assert.StartsWith($"{path}: {message}", Fault(path));
        Assert.DoesNotContain('\n', Fault(path));
    }

    [Fact]
    public void Load_PickleThatNeverEnds_IsRefusedInLittleMemory()
    {
        var path = Zip(("x/data.pkl", [0x80, 2, .. Enumerable.Repeat((byte)']', 5_000_000), (byte)'.']));

        Assert.StartsWith($"{path}: it has more than 4,000,000 values beside its tensors", Fault(path));
    }

    [Theory]
    [InlineData(0, "2, 3", "3, 1", 6, null)]
    [InlineData(0, "2, 4", "4, 1", 6, "does not lie within its block of 6 elements")]
    [InlineData(1, "2, 3", "3, 1", 6, "does not lie within its block of 6 elements")]
    [InlineData(0, "2, 3", "0, 0", 1, "does not lie within its block of 1 elements")] // a view of one number, as large as one likes
    [InlineData(0, "2", "1", 1_000_000_000, "has 24 bytes, 24 in the file, expected 1,000,000,000 F32")]
    public void Load_TensorOutsideItsBlock_IsNamed(int offset, string shape, string strides, long count, string? message)
    {
        var bytes = new byte[Math.Min(24, count * 4)];
        var path = Zip(("x/data.pkl", Tensor(offset, shape, strides, count)), ("x/data/0", bytes));

        if (message is null)
        {
            using var file = WeightFile.Load(path);
            Assert.Equal([2, 3], file.Tensors["w"].shape);
        }
        else
        {
            Assert.Contains(message, Fault(path));
        }
    }

    [Fact]
    public void Load_CompressedBlock_IsRefused()
    {
        // A bomb: PyTorch never compresses.
        var path = Zip(CompressionLevel.Optimal, ("x/data.pkl", Tensor(0, "1000000", "1", 1_000_000)), ("x/data/0", new byte[4_000_000]));

        Assert.Contains("block '0' has 4,000,000 bytes, ", Fault(path));
    }

    [Theory]
    [InlineData("zip.pt")]
    [InlineData("legacy.pt")]
    public void Load_FileCutAnywhere_OneClearLine(string name)
    {
        var bytes = File.ReadAllBytes(PathOf(name));
        for (var length = 4; length < bytes.Length; length += 7)
        {
            var path = _directory.Write($"cut-{length}", bytes[..length]);

            Assert.StartsWith($"{path}: ", Fault(path));
        }
    }

    [Theory]
    [InlineData("zip.pt")]
    [InlineData("legacy.pt")]
    public void Load_AnyByteChanged_NoOtherErrorThanOurs(string name)
    {
        var bytes = File.ReadAllBytes(PathOf(name));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x55;
            var path = _directory.Write("changed", changed);
            try
            {
                WeightFile.Load(path).Dispose();
            }
            catch (DataException exception)
            {
                Assert.StartsWith($"{path}: ", exception.Message);
            }
        }
    }

    [Fact]
    public void Load_LfsPointer_SaysWhatToDo()
    {
        var path = _directory.Write("w.pth", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray());

        Assert.Equal($"{path}: not a file of weights but a Git LFS pointer, not the file itself; run 'git lfs pull' where it was cloned.", Fault(path));
    }

    [Fact]
    public void Load_PickleOfSomethingElse_SaysSo()
    {
        var path = _directory.Write("w.pkl", [0x80, 2, (byte)'}', (byte)'.']);

        Assert.StartsWith($"{path}: it is a Python pickle but not a PyTorch checkpoint.", Fault(path));
    }

    private static string PathOf(string name) => SourceTree.PathOf("tests", "Graft.Tests", "Formats", "Checkpoints", name);

    private static WeightFile Load(string name) => WeightFile.Load(PathOf(name));

    private static string Fault(string path) => Assert.Throws<DataException>(() => WeightFile.Load(path)).Message;

    private static void AssertNumbers(Tensor tensor, long[] shape, IEnumerable<int> eighths)
    {
        Assert.Equal(shape, tensor.shape);
        using var numbers = tensor.to(ScalarType.Float32);
        Assert.Equal(eighths.Select(i => i / 8f), numbers.data<float>().ToArray());
    }

    private string Zip(params (string Name, byte[] Content)[] entries) => Zip(CompressionLevel.NoCompression, entries);

    private string Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return _directory.Write("made.pt", stream.ToArray());
    }

    /// <summary>The pickle of {"w": tensor}.</summary>
    private static byte[] Tensor(int offset, string shape, string strides, long count)
    {
        var pickle = new List<byte> { 0x80, 2, (byte)'}' };
        Text("w");
        pickle.AddRange("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text("storage");
        pickle.AddRange("ctorch\nFloatStorage\n"u8);
        Text("0");
        Text("cpu");
        Number(count);
        pickle.AddRange("tQ"u8);
        Number(offset);
        Tuple(shape);
        Tuple(strides);
        pickle.AddRange([0x89, (byte)'}', (byte)'t', (byte)'R', (byte)'s', (byte)'.']);
        return [.. pickle];

        void Text(string text) => pickle.AddRange([0x8C, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
        void Number(long number) => pickle.AddRange([0x8A, 8, .. BitConverter.GetBytes(number)]);
        void Tuple(string numbers)
        {
            pickle.Add((byte)'(');
            foreach (var number in numbers.Split(", "))
            {
                Number(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
            }

            pickle.Add((byte)'t');
        }
    }
}
