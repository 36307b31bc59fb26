namespace Graft.Data.Augmentations;

/// <summary>Maps a point of the output to the point of the input: (x, y) -> (A x + B y + C, D x + E y + F).</summary>
internal readonly record struct Affine(double A, double B, double C, double D, double E, double F)
{
    /// <summary>A counter-clockwise turn about the centre of the image.</summary>
    public static Affine Rotation(double degrees, int width, int height)
    {
        // Pillow rounds to 15 digits, which keeps a quarter turn exact.
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        (sin, cos) = (Math.Round(sin, 15), Math.Round(cos, 15));
        double centreX = width / 2.0, centreY = height / 2.0;
        return new Affine(cos, sin, centreX - (cos * centreX) - (sin * centreY), -sin, cos, centreY + (sin * centreX) - (cos * centreY));
    }
}
