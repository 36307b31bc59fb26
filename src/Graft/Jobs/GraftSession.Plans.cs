using Graft.Data;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Steps;

namespace Graft.Jobs;

/// <content>Plans are worked out: jobs, of which nothing is written before they run.</content>
public sealed partial class GraftSession
{
    /// <summary>Works out a study (<b>Seo &amp; Lee</b>): operations swapped into positions of a trained network, trained on, tested, over seeds.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellation">Ends downloads and decoding, and an import before its proof.</param>
    /// <exception cref="GraftException">The plan is wrong, or its data or weights cannot be used.</exception>
    public StudyJob Study(StudyPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var (data, images, network, teacher) = Resolve(plan.Data, plan.Images, plan.Network, plan.Teacher, cancellation);
        var positions = Imports.Resolve(network, plan.Positions);
        return StudyJob.Create(this, plan with { Network = network, Teacher = teacher, Images = images, Positions = positions }, data);
    }

    /// <summary>Works out an acceleration (<b>LANA</b>): a network that meets a latency budget.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="table">A table of latencies to take what it has from; null to measure all.</param>
    /// <param name="cancellation">Ends downloads and decoding, and an import before its proof.</param>
    /// <exception cref="GraftException">The plan is wrong, or its data or weights cannot be used.</exception>
    public AccelerationJob Accelerate(AccelerationPlan plan, LatencySource? table = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var (data, images, network, teacher) = Resolve(plan.Data, plan.Images, plan.Network, plan.Teacher, cancellation);
        return AccelerationJob.Create(this, plan with { Network = network, Teacher = teacher, Images = images }, data, table);
    }

    /// <summary>Works out a training of a network from scratch.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellation">Ends downloads and decoding, and an import before its proof.</param>
    /// <exception cref="GraftException">The plan is wrong, or its data cannot be used.</exception>
    public TrainingJob Train(TrainingPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var reference = NetworkReference.Of(plan.Network);
        plan = plan with { Images = reference.ImagesOf(plan.Images, plan.From) };
        if (DataSource.OutlineOf(plan.Data, plan.Images) is { } known)
        {
            RequireFit(reference, plan.From, known, cancellation);
        }

        var data = LoadData(plan.Data, plan.Images, reference, plan.From, cancellation);
        string network = Imports.Read(reference, data.Train.Shape, data.ClassNames.Count, cancellation);
        return TrainingJob.Create(this, plan with { Network = network, From = OwnWeights(plan.From, network, data.Outline, cancellation) }, data);
    }

    /// <summary>Works out predictions of substitutions that a study has not tried.</summary>
    /// <param name="plan">Which study, and which substitutions.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">There is no such study, or it cannot be extended so.</exception>
    public PredictionJob Predict(PredictionPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlanFaults.Throw([.. PlanFaults.Nulls(plan)]);
        return PredictionJob.Create(this, plan, cancellation);
    }

    /// <summary>
    /// Works out the network of a trial, which studies do not keep: the trial is repeated, with what there is of its teacher and its candidate.
    /// </summary>
    /// <param name="plan">Which trial of which study.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">There is no such study or trial, or its data are not there.</exception>
    public TrialNetworkJob TrialNetwork(TrialNetworkPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return TrialNetworkJob.Create(this, plan, cancellation);
    }

    /// <summary>The data of a study that was made before, where they were then or where they are now.</summary>
    internal ImageData LoadDataOf(StudyOutline study, string? now, CancellationToken cancellation)
    {
        try
        {
            return LoadData(now ?? study.Plan.Data, study.Plan.Images, cancellation);
        }
        catch (ConfigurationException e) when (now is null)
        {
            throw new ConfigurationException(
                $"the images of study {study.Id} were '{study.Plan.Data}', as seen from where it was given, and are not there. Say where they are now.", e)
            {
                Remedies = [new(Setting.Data)],
            };
        }
    }

    // What a plan's names stand for. What does not fit a known data set is said before that is downloaded.
    private (ImageData Data, ImageOptions? Images, string Network, TeacherPlan Teacher) Resolve(
        string source, ImageOptions? images, string network, TeacherPlan teacher, CancellationToken cancellation)
    {
        if (teacher.Weights is { } weights)
        {
            TeacherWeights.RefuseOnnx(weights);
        }

        var reference = NetworkReference.Of(network);
        images = reference.ImagesOf(images, teacher.Weights);
        if (DataSource.OutlineOf(source, images) is { } known)
        {
            RequireFit(reference, teacher, images, known, cancellation);
        }

        var data = LoadData(source, images, reference, teacher.Weights, cancellation);
        (network, teacher) = Imports.Resolve(reference, teacher, images, data.Outline, cancellation);
        if (teacher.Weights is { } file && File.Exists(file))
        {
            data = data with { Notes = [.. data.Notes, .. TeacherWeights.RemarksOn(file, data, images)] };
        }

        return (data, images, network, teacher);
    }

    // Where images have several sizes, the network's file or that of its weights may say to which they are to be scaled.
    private ImageData LoadData(string source, ImageOptions? images, NetworkReference network, string? weights, CancellationToken cancellation)
    {
        try
        {
            return LoadData(source, images, cancellation);
        }
        catch (DataException e) when (ImageFit.WithSide(e, network.SideWith(weights)) is { } fault)
        {
            throw fault;
        }
    }

    private void RequireFit(NetworkReference reference, TeacherPlan teacher, ImageOptions? images, DataOutline data, CancellationToken cancellation)
    {
        (string network, teacher) = Imports.Resolve(reference, teacher, images, data, cancellation);
        NetworkCatalog.Define(network, data.Image, data.ClassNames.Count);
        TeacherWeights.Check(teacher.Weights, network, data);
    }

    private void RequireFit(NetworkReference reference, string? from, DataOutline data, CancellationToken cancellation)
    {
        string network = Imports.Read(reference, data.Image, data.ClassNames.Count, cancellation);
        NetworkCatalog.Define(network, data.Image, data.ClassNames.Count);
        if (OwnWeights(from, network, data, cancellation) is { } weights && weights != network)
        {
            TeacherStep.GoOn(network, ImportedFile.Of(weights, TrainingJob.WhatFromIs).Source, data, seed: 0).Dispose();
        }
    }

    // An ONNX file holds weights of one network: that which was made of it.
    private string? OwnWeights(string? from, string network, DataOutline data, CancellationToken cancellation)
    {
        if (from is null || Imports.Read(NetworkReference.Of(from), data.Image, data.ClassNames.Count, cancellation) is var name && name == from)
        {
            return from;
        }

        return name == network
            ? name
            : throw new ConfigurationException($"{from} holds the weights of its own network, not of {network}. Name it as the network, too.")
            {
                Remedies = [new(Setting.Network, from)],
            };
    }
}
