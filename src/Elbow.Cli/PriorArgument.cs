using System.CommandLine;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Priors;

namespace Elbow.Cli;

/// <summary>Priors on the command line: a kind with its defaults, a file, or the JSON itself.</summary>
internal static class PriorArgument
{
    internal static Option<string[]> Option() => new("--prior")
    {
        Description = "a kind of prior with its defaults (mog, flow, ...), a JSON file, or JSON such as '{ \"kind\": \"mog\", \"components\": 32 }'; may be repeated",
        HelpName = "CONFIG",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <exception cref="UserException">No such kind, no such file, or a mistake in the configuration.</exception>
    internal static PriorConfig Read(string word)
    {
        if (word.TrimStart().StartsWith('{')) return ConfigReader.Read<PriorConfig>(word, null, "--prior");
        var names = ConfigKind.Of<PriorConfig>().Select(kind => kind.Name).ToArray();
        if (names.Contains(word)) return ConfigReader.Read<PriorConfig>($$"""{ "kind": "{{word}}" }""", null, $"--prior {word}");
        if (File.Exists(word)) return ConfigReader.Read<PriorConfig>(File.ReadAllText(word), null, word);
        var guess = DidYouMean.Closest(word, names) is { } close ? $"; did you mean {close}?" : "";
        throw new UserException($"--prior {word} is neither a kind of prior nor a file{guess}", $"use a JSON file with a prior's configuration, or one of {string.Join(", ", names)}");
    }
}
