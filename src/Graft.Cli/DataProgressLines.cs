using Graft.Data;

namespace Graft.Cli;

/// <summary>Shows how far downloads and decoding have come: one line that is rewritten where a person watches, a line for each tenth elsewhere.</summary>
internal sealed class DataProgressLines(Terminal terminal) : IProgress<DataProgress>
{
    private readonly Lock _writing = new();
    private (DataActivity, string, long) _last;

    public void Report(DataProgress value)
    {
        long parts = terminal.IsInteractive ? 100 : 10;
        long part = value.Total > 0 ? value.Done * parts / value.Total : 0;
        lock (_writing)
        {
            if (_last == (value.Activity, value.Item, part))
            {
                return;
            }

            _last = (value.Activity, value.Item, part);
            string line = Invariant($"{Verb(value.Activity)} {value.Item}: {100 * part / parts} % of {Size(value)}");
            if (terminal.IsInteractive)
            {
                terminal.Error.Profile.Out.Writer.Write(Invariant($"\r{line}   {(value.Done == value.Total ? "\n" : "")}"));
            }
            else
            {
                terminal.WriteProgress(line);
            }
        }
    }

    private static string Verb(DataActivity activity) => activity switch
    {
        DataActivity.Download => "downloading",
        DataActivity.Extract => "unpacking",
        DataActivity.Read => "looking through", // before they are read: percentages of both under one word would run backwards
        _ => "reading",
    };

    private static string Size(DataProgress value) => value.Activity is DataActivity.Decode or DataActivity.Read
        ? Invariant($"{value.Total:N0} images")
        : Invariant($"{value.Total / 1e6:N1} MB");
}
