using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Graft.Report.Tests;

/// <summary>Reads a page strictly: every tag closed in order, every attribute quoted, every special character escaped.</summary>
internal static partial class HtmlPage
{
    /// <summary>Parses the page as XML, which HTML is but for elements that have no end tag.</summary>
    public static XDocument Parse(string html) => XDocument.Parse(VoidElement().Replace(html, "<$1$2/>"));

    [GeneratedRegex("<(meta|wbr)((?:\\s[^<>]*?)?)/?>")]
    private static partial Regex VoidElement();
}
