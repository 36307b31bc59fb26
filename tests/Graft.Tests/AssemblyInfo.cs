using Xunit.Sdk;
using Xunit.v3;

// The number of torch's threads is a process-wide setting that tests change, and results depend on it in their last bits.
[assembly: Parallelization(Mode = ParallelMode.None)]

[assembly: AssemblyFixture(typeof(Graft.Tests.Engine.Postgres.PostgresServer))]
