using System.CommandLine;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow config schema|template|check</c></summary>
internal static class ConfigCommand
{
    // What the first data set needs: a template that is printed and trained works.
    private static readonly string[] OfDigits = ["model.latentDim=2", "model.likelihood.kind=categorical", "model.likelihood.levels=17"];

    internal static Command Create() => new("config", "the configuration format: JSON Schema, a commented example, a check") { Schema(), Template(), Check() };

    private static Command Schema()
    {
        var command = new Command("schema", "print the JSON Schema, which editors use to complete and check");
        command.SetAction(_ => Console.Out.WriteLine(ConfigSchema.For<ExperimentConfig>().ToJsonString(ElbowJson.Document)));
        return command;
    }

    private static Command Template()
    {
        var set = ConfigFile.Set();
        var command = new Command("template", "print a configuration with every key, its meaning and its range; --set x.kind=y shows the keys of that kind") { set };
        command.SetAction(parsed => Console.Out.WriteLine(ConfigTemplate.For<ExperimentConfig>([.. OfDigits, .. parsed.GetRequiredValue(set)])));
        return command;
    }

    private static Command Check()
    {
        var config = ConfigFile.Argument();
        var set = ConfigFile.Set();
        var command = new Command("check", "report every mistake in a configuration, or print it with all defaults written out") { config, set };
        command.SetAction(parsed => Console.Out.WriteLine(ConfigWriter.Write(ConfigFile.Read(parsed.GetRequiredValue(config), parsed.GetRequiredValue(set)))));
        return command;
    }
}
