namespace Elbow.Studio.Runs;

/// <summary>Words as a POSIX shell takes them.</summary>
internal static class ShellWord
{
    /// <summary>The text as one word: as it is when nothing in it means anything to a shell, else in single quotes.</summary>
    internal static string Quote(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+' or ':' or ',' or '=' or '@' or '%') ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
