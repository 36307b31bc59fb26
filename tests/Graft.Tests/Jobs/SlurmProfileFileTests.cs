using Graft.Jobs;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs;

public sealed class SlurmProfileFileTests
{
    [Theory]
    [InlineData("""options: ["--exclude=n1,n2"]""", "--exclude=n1,n2")]
    [InlineData("options: --exclude=n1,n2", "--exclude=n1,n2")]
    [InlineData("""options: ["--comment=a (b", "--exclude=n1,n2"]""", "--comment=a (b", "--exclude=n1,n2")]
    public void Load_OptionWithCommas_StaysOne(string yaml, params string[] expected)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("slurm.yaml"), yaml);

        Assert.Equal(expected, SlurmProfileFile.Load(directory.File("slurm.yaml")).Options);
    }
}
