using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>The part of <c>elbow evaluate</c> that anneals: its options, its work, its lines.</summary>
internal sealed class Annealed
{
    private readonly Option<int> steps = new Option<int>("--ais") { Description = "log p(x) by annealed importance sampling with this many intermediate distributions; 0 for none", DefaultValueFactory = _ => 0, HelpName = "T" }.Between(0, 1_000_000);
    private readonly Option<int> chains = new Option<int>("--chains") { Description = "chains of --ais for each example", DefaultValueFactory = _ => 16, HelpName = "C" }.Between(1, 100_000);
    private readonly Option<int> leapfrogs = new Option<int>("--leapfrogs") { Description = "leapfrog steps in each transition of --ais", DefaultValueFactory = _ => 10, HelpName = "N" }.Between(1, 10_000);
    private readonly Option<AnnealFrom> from = new("--anneal-from") { Description = "where chains of --ais start: prior or posterior", DefaultValueFactory = _ => AnnealFrom.Prior, HelpName = "START" };
    private readonly Option<int?> examples = new("--ais-examples") { Description = "evenly spaced examples for --ais; all when left out", HelpName = "N" };
    private readonly Option<int> simulated = new Option<int>("--simulated") { Description = "examples to draw from the model itself, on which --ais is bracketed from both sides; 0 for none", DefaultValueFactory = _ => 0, HelpName = "N" }.Between(0, 1_000_000);

    private AnnealedEvaluation? split;
    private BidirectionalBounds? bounds;

    internal IEnumerable<Option> Options => [steps, chains, leapfrogs, from, examples, simulated];

    internal void Run(ParseResult parsed, TrainedModel trained, IDataset data, long seed)
    {
        var settings = new Annealing(parsed.GetRequiredValue(steps), parsed.GetRequiredValue(chains), parsed.GetRequiredValue(leapfrogs), parsed.GetRequiredValue(from));
        var draws = parsed.GetRequiredValue(simulated);
        if (settings.Steps == 0)
        {
            if (draws > 0) throw new UserException("--simulated brackets annealed importance sampling, which was not asked for", "add --ais with the number of steps, such as 1000");
            return;
        }
        if (parsed.GetValue(examples) is { } some)
        {
            if (some < 1) throw new UserException($"--ais-examples {some} is less than one example", "use 1 or more, or leave it out for all");
            data = new Subset(data, Splits.Spread(data, some));
        }
        using (var counter = new Counter("annealing")) split = AnnealedEvaluation.Run(trained, data, settings, seed, counter);
        if (draws == 0) return;
        using (var counter = new Counter("annealing both ways")) bounds = AnnealedEvaluation.Simulate(trained, draws, settings, seed, counter);
    }

    internal void Report(JsonObject report)
    {
        if (split is not null) report["ais"] = new JsonObject
        {
            ["value"] = split.LogLikelihood.Value,
            ["se"] = Number(split.LogLikelihood.StandardError),
            ["seOverChains"] = Number(split.ChainError),
            ["n"] = split.N,
            ["chains"] = split.Settings.Chains,
            ["steps"] = split.Settings.Steps,
            ["leapfrogs"] = split.Settings.Leapfrogs,
            ["from"] = Word(split.Settings.From),
            ["acceptance"] = Number(split.Acceptance),
        };
        if (bounds is not null) report["bidirectional"] = new JsonObject
        {
            ["n"] = bounds.Examples,
            ["lower"] = Output.Json(bounds.Lower),
            ["upper"] = Output.Json(bounds.Upper),
            ["gap"] = Output.Json(bounds.Gap),
            ["acceptance"] = Number(bounds.Acceptance),
        };
    }

    internal IEnumerable<IReadOnlyList<string>> Rows()
    {
        if (split is not null)
        {
            yield return
            [
                $"AIS ({split.Settings.Steps} x {split.Settings.Chains})", $"{split.LogLikelihood.Value:F3}", $"{split.LogLikelihood.StandardError:F3}",
                $"log p(x), annealed from the {Word(split.Settings.From)}, low in expectation; se over chains {split.ChainError:F3}; acceptance {split.Acceptance:P0}; {split.N} examples",
            ];
        }
        if (bounds is null) yield break;
        yield return ["  lower", $"{bounds.Lower.Value:F3}", $"{bounds.Lower.StandardError:F3}", $"log p(x) of {bounds.Examples} examples drawn from the model, low in expectation"];
        yield return ["  upper", $"{bounds.Upper.Value:F3}", $"{bounds.Upper.StandardError:F3}", "of the same, from their true latents backwards, high in expectation"];
        yield return ["  gap", $"{bounds.Gap.Value:F3}", $"{bounds.Gap.StandardError:F3}", "more than the error of AIS on such data, in expectation"];
    }

    internal void Warn()
    {
        if (bounds is { Cross: true }) Console.Error.WriteLine("warning: the bounds cross by more than four standard errors: what the model draws does not follow the density it computes");
    }

    private static string Word(AnnealFrom from) => from == AnnealFrom.Prior ? "prior" : "posterior";

    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : value;
}
