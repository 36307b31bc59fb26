using Graft.Jobs.Tables;

namespace Graft.Tests.Jobs;

public sealed class CsvFolderTests
{
    // RFC 4180, section 2.6: fields with line breaks, quotes and commas are quoted.
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a \"b\"", "\"a \"\"b\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    public void Write_FieldWithWhatPartsFields_IsQuoted(string field, string expected)
    {
        string directory = Directory.CreateTempSubdirectory("graft-csv-").FullName;
        try
        {
            CsvFolder.Write(directory, [ResultTable.Of("names", "a name", [field], new ResultColumn<string>("name", "", "The name.", x => x))]);

            Assert.Equal($"name\r\n{expected}\r\n", File.ReadAllText(Path.Combine(directory, "names.csv")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
