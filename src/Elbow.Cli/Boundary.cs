using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Torch;

namespace Elbow.Cli;

/// <summary>
/// Where errors become exit codes: 0 success, 2 the user can mend it, 3 the run failed, 130 interrupted. One line says what is wrong, one
/// how to mend it; a stack trace only with --debug.
/// </summary>
internal static partial class Boundary
{
    internal const int Success = 0, UserMistake = 2, RunFailed = 3, Interrupted = 130;

    internal static readonly Option<bool> Debug = new("--debug") { Description = "show stack traces", Recursive = true };

    internal static int Run(Command root, string[] args)
    {
        if (args.FirstOrDefault(word => word.Contains('\uFFFD')) is { } unreadable)
            return Report($"'{unreadable}' is not UTF-8", "rename the file or folder: names in other encodings cannot be opened", UserMistake);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Report(Mistake(parsed), $"see {string.Join(' ', Path(parsed))} --help", UserMistake);
        }
        if (parsed.CommandResult.Children.FirstOrDefault(part => part.Tokens.Any(token => token.Value.Length == 0)) is { } empty)
        {
            var named = empty is OptionResult option ? option.Option.Name : empty is ArgumentResult argument ? argument.Argument.HelpName ?? argument.Argument.Name : "an argument";
            return Report($"{named} is empty", "give it a value; a variable of the shell that is not set gives none", UserMistake);
        }
        try
        {
            // Elbow handles Ctrl-C itself: a training step is finished and saved.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception error) when (!parsed.GetValue(Debug))
        {
            return Explain(error);
        }
    }

    // One mistyped word makes the parser report every word after it: the first says it all.
    private static string Mistake(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            if (word.StartsWith('-')) return $"there is no option '{word}'{Guess(word, command.Options.Select(option => option.Name))}";
            if (command.Subcommands.Count > 0) return $"there is no command '{word}'{Guess(word, command.Subcommands.Select(sub => sub.Name))}";
            return $"'{word}' is one word too many";
        }
        return command.Subcommands.Count > 0
            ? $"name a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}"
            : string.Join("; ", parsed.Errors.Select(error => Worded(error.Message.TrimEnd('.'), command)).Distinct());
    }

    // The parser's sentences in the words of all other messages; it names types of .NET, which say nothing to a user.
    private static string Worded(string message, Command command)
    {
        if (ArgumentMissing().IsMatch(message)) return $"{command.Name} needs {string.Join(' ', command.Arguments.Select(argument => argument.HelpName ?? argument.Name))}";
        message = NotANumber().Replace(message, "${option} ${word}: use a number");
        message = ValueMissing().Replace(message, "${option} needs a value");
        message = OptionMissing().Replace(message, "${option} is missing");
        return GivenTwice().Replace(message, "${option} is given more than once");
    }

    [GeneratedRegex("^Cannot parse argument '(?<word>.*)' for option '(?<option>.*)' as expected type '.*'$")]
    private static partial Regex NotANumber();

    [GeneratedRegex("^Required argument missing for command: '.*'$")]
    private static partial Regex ArgumentMissing();

    [GeneratedRegex("^Required argument missing for option: '(?<option>.*)'$")]
    private static partial Regex ValueMissing();

    [GeneratedRegex("^Option '(?<option>.*)' is required$")]
    private static partial Regex OptionMissing();

    [GeneratedRegex("^Option '(?<option>.*)' expects a single argument but \\d+ were provided$")]
    private static partial Regex GivenTwice();

    private static string Guess(string word, IEnumerable<string> names) => DidYouMean.Closest(word, names) is { } guess ? $"; did you mean {guess}?" : "";

    private static int Explain(Exception error) => error switch
    {
        IUserError user => Report(user.What, user.Mend, UserMistake),
        RunFailedException failed => Report(failed.What, failed.Mend, RunFailed),
        TorchUnavailableException torch => Report(torch.What, torch.Mend, UserMistake),
        TypeInitializationException { InnerException: { } inner } => Explain(inner),
        OperationCanceledException => Interrupted,
        _ when IsOutOfMemory(error) => Report(
            $"there is not enough memory ({FirstLine(error.Message)})", "use narrower layers, fewer latents or a smaller training.batchSize; everything saved before is intact", RunFailed),
        UnauthorizedAccessException => Report(error.Message, "give yourself the right to read it (or to write it, when it is the result), or name another path", UserMistake),
        IOException => Report(error.Message, "check the path, its permissions and the free space on the disk", RunFailed),
        _ => Report($"unexpected: {error.GetType().Name}: {FirstLine(error.Message)}", "run again with --debug and report what it prints: this is a fault of Elbow", RunFailed),
    };

    // libtorch has no error of its own for it on the processor, only these words.
    private static bool IsOutOfMemory(Exception error) => error is OutOfMemoryException || (error is TorchException &&
        (error.Message.Contains("can't allocate memory", StringComparison.Ordinal) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)));

    private static int Report(string what, string mend, int code)
    {
        Console.Error.WriteLine($"elbow: {what}");
        Console.Error.WriteLine($"       {mend}");
        return code;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    private static Stack<string> Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent) names.Push(command.Command.Name);
        return names;
    }
}
