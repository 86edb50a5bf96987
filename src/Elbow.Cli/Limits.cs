using System.CommandLine;
using System.Globalization;

namespace Elbow.Cli;

/// <summary>Options that take a number from an interval.</summary>
internal static class Limits
{
    /// <summary>Refuses values outside, with the interval in the message.</summary>
    internal static Option<T> Between<T>(this Option<T> option, T least, T most) where T : struct, IComparable<T>, IParsable<T>
    {
        option.Validators.Add(result =>
        {
            // Read here: the parser throws for what is no number.
            if (result.Tokens is not [var token, ..]) return;
            if (T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
            result.AddError($"{option.Name} {token.Value}: use {least} to {most}");
        });
        return option;
    }
}
