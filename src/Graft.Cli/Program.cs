using Graft.Cli;
using Graft.Training;

NativeRuntime.Tune();
return await new GraftApp(Console.Out, Console.Error).RunAsync(args);
