namespace Graft.Engine;

/// <summary>The record of jobs in memory. Thread-safe.</summary>
internal sealed class MemoryJobRecord(TimeProvider time) : IJobRecord
{
    private readonly Lock _lock = new();
    private readonly List<StoredJob> _jobs = [];

    public void Save(string id, string kind, string plan, string document, IReadOnlyList<string> steps, bool isPart = false)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            int known = _jobs.FindIndex(j => j.Id == id);
            var job = new StoredJob
            {
                Id = id,
                Kind = kind,
                Plan = plan,
                Document = document,
                Steps = [.. steps.Union(isPart && known >= 0 ? _jobs[known].Steps : [])],
                Created = known < 0 ? now : _jobs[known].Created,
                Updated = now,
            };
            if (known < 0)
            {
                _jobs.Add(job);
            }
            else
            {
                _jobs[known] = job;
            }
        }
    }

    public StoredJob Find(string idOrPrefix)
    {
        var jobs = List();
        string id = JobNames.Resolve(idOrPrefix, [.. jobs.Select(j => (j.Id, j.Kind))], "memory");
        return jobs.First(j => j.Id == id);
    }

    public IReadOnlyList<StoredJob> List()
    {
        lock (_lock)
        {
            return [.. _jobs.OrderByDescending(j => j.Created)];
        }
    }

    public void Forget(string id)
    {
        lock (_lock)
        {
            _jobs.RemoveAll(j => j.Id == id);
        }
    }
}
