namespace Graft.Data;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of columns.</param>
internal readonly record struct PixelWindow(int Top, int Left, int Height, int Width);
