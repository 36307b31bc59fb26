namespace Graft.Steps;

/// <summary>What a seed is used for: the same number gives unrelated random sequences for different uses. The values are part of every result.</summary>
internal enum SeedUse
{
    InitialValues = 1,
    TeacherOrder = 2,
    CandidateValues = 3,
    DistillationOrder = 4,
    TrialOrder = 5,
    PredictorImages = 6,
    FineTuningOrder = 7,
    ImageDraw = 8,
    ArchitectureDraw = 9,
    LearningRateSearch = 10,
    Repair = 11,
    RefinementOrder = 12,
}
