using Graft.Cli;
using Graft.Training;

NativeRuntime.TuneAllocator();
return await new GraftApp(Console.Out, Console.Error).RunAsync(args);
