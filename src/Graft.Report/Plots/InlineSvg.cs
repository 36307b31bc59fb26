using System.Xml.Linq;

namespace Graft.Report.Plots;

/// <summary>Makes what ScottPlot and Skia write fit to stand inside a page, beside others of its kind.</summary>
internal static class InlineSvg
{
    /// <summary>Reads a document without its words: their places hold only for the fonts of the machine that measured them.</summary>
    /// <param name="document">An SVG document.</param>
    /// <param name="id">Begins every identifier in it; unique on the page.</param>
    /// <returns>The bare root element. It has no namespace: HTML gives it one, and without it the page holds no address at all.</returns>
    public static XElement Read(string document, string id)
    {
        XElement svg = XElement.Parse(document);
        svg.RemoveAttributes();
        foreach (XElement element in svg.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        svg.Descendants("text").Remove();
        ShareClips(svg, id);
        return svg;
    }

    // Skia numbers clips over the whole process, and ScottPlot asks for the same one again for each series: one stays, named after the plot.
    private static void ShareClips(XElement svg, string id)
    {
        XElement[] clips = [.. svg.Descendants("clipPath")];
        ILookup<string, XAttribute> users = svg.Descendants().Attributes("clip-path").ToLookup(a => a.Value);
        foreach ((int i, XElement clip) in clips.Index())
        {
            int first = Array.FindIndex(clips, other => XNode.DeepEquals(other.FirstNode, clip.FirstNode));
            foreach (XAttribute user in users[$"url(#{clip.Attribute("id")!.Value})"])
            {
                user.Value = Invariant($"url(#{id}-clip{first})");
            }

            clip.SetAttributeValue("id", Invariant($"{id}-clip{i}"));
            if (first != i)
            {
                clip.Remove();
            }
        }
    }
}
