using System.Text;

namespace Elbow.Data.Formats;

/// <summary>Splits text into records of fields (RFC 4180: quotes may hold separators, line ends and doubled quotes).</summary>
/// <param name="text">Where the text comes from.</param>
/// <param name="separator">Between fields; a space stands for any run of spaces.</param>
/// <param name="path">Named in messages.</param>
internal sealed class CsvRecords(TextReader text, char separator, string path)
{
    private readonly char[] buffer = new char[1 << 16];
    private readonly StringBuilder cell = new();
    private int at;
    private int filled;

    /// <summary>Line on which the last record started, from 1.</summary>
    public int Line { get; private set; }

    private int NextLine { get; set; } = 1;

    /// <summary>Reads the next record that is not blank.</summary>
    /// <param name="fields">Replaced by the fields, white space around them removed.</param>
    /// <returns>Whether there was one.</returns>
    public bool Read(List<string> fields)
    {
        do
        {
            fields.Clear();
            Line = NextLine;
            if (Peek() < 0)
            {
                return false;
            }

            ReadRecord(fields);
        }
        while (fields is [""]);
        return true;
    }

    private void ReadRecord(List<string> fields)
    {
        var quoted = false;
        while (true)
        {
            var character = Next();
            if (quoted)
            {
                quoted = ReadQuoted(character);
                continue;
            }

            if (character == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else if (character == separator)
            {
                if (separator != ' ' || cell.Length > 0)
                {
                    Finish(fields);
                }
            }
            else if (character is '\n' or -1 || (character == '\r' && Peek() != '\n'))
            {
                NextLine++;
                if (separator != ' ' || cell.Length > 0 || fields.Count == 0)
                {
                    Finish(fields);
                }

                return;
            }
            else
            {
                cell.Append((char)character);
            }
        }
    }

    // Inside quotes: a doubled quote is a quote, a single one ends the quoted part.
    private bool ReadQuoted(int character)
    {
        switch (character)
        {
            case -1:
                throw BadData.In(path, $"line {Line}: a quoted field is never closed", "add the missing quote");
            case '"' when Peek() != '"':
                return false;
            case '"':
                Next();
                break;
            case '\n':
                NextLine++;
                break;
        }

        cell.Append((char)character);
        return true;
    }

    private void Finish(List<string> fields)
    {
        fields.Add(cell.ToString().Trim());
        cell.Clear();
    }

    private int Next()
    {
        var character = Peek();
        at++;
        return character;
    }

    private int Peek()
    {
        if (at >= filled)
        {
            (at, filled) = (0, text.Read(buffer));
        }

        return filled > 0 ? buffer[at] : -1;
    }
}
