#:project ../src/Graft/Graft.csproj
// A study on images of your own, and its results as tables: dotnet run -c Release samples/study.cs -- DIRECTORY
using Graft.Jobs;
using Graft.Jobs.Tables;

using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
var study = graft.Study(new()
{
    Network = "wrn-10-1",
    Data = args is [var data] ? data : "fashion-mnist-mini", // a known data set, or a directory with train/CLASS/*.png and test/CLASS/*.png
    Positions = ["1", "3"],
    Operations = ["teacher", "identity", "bottleneck(w=1,k=3)"],
    Teacher = new() { Epochs = 1 },
    Epochs = [1],
    Seeds = 2,
});
var progress = new Progress<JobProgress>(p => Console.Error.Write(FormattableString.Invariant($"\r{p.Fraction:P0} ")));
var result = await study.RunAsync(progress); // what has a result is never computed again
foreach (var cell in result.Cells)
{
    Console.WriteLine(FormattableString.Invariant($"position {cell.Position}, {cell.Operation}: {cell.Mean:P2} right"));
}

foreach (var cell in result.Analysis!.Cells) // against the teacher, corrected for all cells
{
    Console.WriteLine(FormattableString.Invariant($"position {cell.Position}, {cell.Operation}: {cell.ToTeacher.Verdict.Kind}"));
}

Console.WriteLine($"tables: {string.Join(", ", CsvFolder.Write("tables", StudyResultTables.Of(result)))}");
