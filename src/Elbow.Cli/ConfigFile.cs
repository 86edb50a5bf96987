using System.CommandLine;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>Reads the configuration that a command names.</summary>
internal static class ConfigFile
{
    internal static Argument<string> Argument() => new("config") { Description = "configuration file (JSON; comments are allowed)", HelpName = "CONFIG" };

    internal static Option<string[]> Set() => new("--set")
    {
        Description = "override a key, for example --set objective.beta=4; may be repeated", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [],
    };

    internal static ExperimentConfig Read(string path, IReadOnlyList<string> overrides)
    {
        if (!File.Exists(path)) throw new UserException($"there is no file {path}", "give the path of a configuration; elbow config template prints one to start from");
        return ConfigReader.Read<ExperimentConfig>(File.ReadAllText(path), overrides, path);
    }
}
