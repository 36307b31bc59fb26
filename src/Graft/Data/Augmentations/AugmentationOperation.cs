namespace Graft.Data.Augmentations;

/// <summary>The 14 operations of TrivialAugment.</summary>
internal enum AugmentationOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
}
