using System.CommandLine;

namespace Elbow.Cli;

/// <summary>Options that take a number from an interval.</summary>
internal static class Limits
{
    /// <summary>Refuses values outside, with the interval in the message.</summary>
    internal static Option<T> Between<T>(this Option<T> option, T least, T most) where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || result.GetValueOrDefault<T>() is var value && value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
            result.AddError($"{option.Name} {result.Tokens[0].Value}: use {least} to {most}");
        });
        return option;
    }
}
