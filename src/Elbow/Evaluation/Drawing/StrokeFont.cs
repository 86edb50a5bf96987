namespace Elbow.Evaluation.Drawing;

/// <summary>A font of straight strokes, so that a plot needs no font file.</summary>
/// <remarks>
/// A glyph is written as strokes separated by spaces, a stroke as points of two digits: x from 0 to 4, then y from 0 (top of capitals)
/// over 2 (top of small letters) and 6 (baseline) to 8 (descenders). A stroke of one point is a dot.
/// </remarks>
internal static class StrokeFont
{
    public const int CapHeight = 6;
    private const double Gap = 1.9;
    private const string Box = "0030360600";

    // An accent is drawn above small letters at heights 0 and 1, two units higher above capitals and b, d, h, k, l, t; others hang below the baseline.
    private static readonly (string Strokes, string Letters, string Bases)[] Accents =
    [
        ("0011", "ÀÈÌÒÙàèìòù", "AEIOUaeiou"),
        ("0110", "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹź", "AEIOUYaeiouyCcLlNnRrSsZz"),
        ("011021", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ", "AEIOUaeiouCcGgHhJjSsWwYy"),
        ("011021 30", "ÃÑÕãñõĨĩŨũ", "ANOanoIiUu"),
        ("00 20", "ÄËÏÖÜäëïöüÿŸ", "AEIOUaeiouyY"),
        ("1020211110", "ÅåŮů", "AaUu"),
        ("001120", "ČčĎďĚěŇňŘřŠšŤťŽžǍǎ", "CcDdEeNnRrSsTtZzAa"),
        ("00112120", "ĂăĔĕĞğĬĭŎŏŬŭ", "AaEeGgIiOoUu"),
        ("0020", "ĀāĒēĪīŌōŪū", "AaEeIiOoUu"),
        ("10", "ĖėĠġİŻż", "EeGgIZz"),
        ("00011011", "ŐőŰű", "OoUu"),
        ("160718", "ÇçĢģĶķĻļŅņŖŗŞşŢţȘșȚț", "CcGgKkLlNnRrSsTtSsTt"),
        ("26172838", "ĄąĘęĮįŲų", "AaEeIiUu"),
    ];

    private static readonly Dictionary<char, string> Plain = new()
    {
        ['0'] = "103041453616050110", ['1'] = "011016", ['2'] = "01103041420646", ['3'] = "01103041423313 334445361605",
        ['4'] = "36300444", ['5'] = "400002324345361605", ['6'] = "413010010516364544331304", ['7'] = "004016",
        ['8'] = "1030414233130201101304 1304051636454433", ['9'] = "051636454130100102133342",
        ['A'] = "062046 1434", ['B'] = "00063645443303 0030414233", ['C'] = "4130100105163645", ['D'] = "00062644422000",
        ['E'] = "40000646 0333", ['F'] = "400006 0333", ['G'] = "41301001051636454323", ['H'] = "0006 4046 0343", ['I'] = "0006",
        ['J'] = "3035261605", ['K'] = "0006 400346", ['L'] = "000636", ['M'] = "0600234046", ['N'] = "06004640",
        ['O'] = "103041453616050110", ['P'] = "06003041423303", ['Q'] = "103041453616050110 2447", ['R'] = "06003041423303 2346",
        ['S'] = "413010010213334445361605", ['T'] = "0040 2026", ['U'] = "000516364540", ['V'] = "002640", ['W'] = "0016233640",
        ['X'] = "0046 4006", ['Y'] = "002340 2326", ['Z'] = "00400646",
        ['a'] = "0312223336 341405162635", ['b'] = "0006 0312223335261605", ['c'] = "3322120305162635", ['d'] = "3036 3322120305162635",
        ['e'] = "04343322120305162635", ['f'] = "201116 0222", ['g'] = "3237281807 3322120305162635", ['h'] = "0006 0312223336",
        ['i'] = "0206 00", ['j'] = "121708 10", ['k'] = "0006 320436", ['l'] = "0006", ['m'] = "0206 03122326 23324346",
        ['n'] = "0206 0312223336", ['o'] = "122233352616050312", ['p'] = "0208 0312223335261605", ['q'] = "3238 3322120305162635",
        ['r'] = "0206 031222", ['s'] = "3212031424352606", ['t'] = "10152636 0222", ['u'] = "0205162635 3236", ['v'] = "021632",
        ['w'] = "0216233642", ['x'] = "0236 3206", ['y'] = "0226 4208", ['z'] = "02320636",
        ['-'] = "0434", ['+'] = "0444 2226", ['.'] = "06", [','] = "1607", [':'] = "03 06", ['/'] = "0640", ['('] = "2011031526",
        [')'] = "0011231506", ['%'] = "0640 0010110100 3545463635", ['='] = "0333 0535", ['_'] = "0747", ['\''] = "0001", [' '] = "",
        ['!'] = "0004 06", ['?'] = "01103041422324 26", ['"'] = "0001 2021", ['#'] = "1016 3036 0242 0444", ['&'] = "460100101103050616263544", [';'] = "03 1607",
        ['*'] = "1014 0133 3103", ['<'] = "320436", ['>'] = "023406", ['['] = "20000626", [']'] = "00202606", ['|'] = "0007", ['~'] = "04133443", ['@'] = "3222131424333234 344441301001051636",
        ['ß'] = "060110202122132435362606", ['ø'] = "122233352616050312 0632", ['Ø'] = "103041453616050110 0640", ['æ'] = "02122326160504143443321223 2546", ['Æ'] = "061040 2026 1333 2646 0424",
        ['ł'] = "1016 0422", ['Ł'] = "101646 0422", ['đ'] = "3036 3322120305162635 2141", ['Đ'] = "00062644422000 0323", ['ı'] = "0206", ['·'] = "04", ['–'] = "0434", ['°'] = "0010110100", ['µ'] = "0208 0516263532 3236",
    };

    private static readonly Dictionary<char, IReadOnlyList<IReadOnlyList<(double X, double Y)>>> Glyphs = Build();

    private static readonly IReadOnlyList<IReadOnlyList<(double X, double Y)>> Unknown = Parse(Box);

    /// <summary>The strokes of a character; a box for one that is not in the font.</summary>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Strokes(char symbol) => Glyphs.GetValueOrDefault(symbol, Unknown);

    /// <summary>From one character to the next.</summary>
    public static double Advance(char symbol) => Strokes(symbol) is { Count: > 0 } strokes ? Width(strokes) + Gap : 3;

    private static Dictionary<char, IReadOnlyList<IReadOnlyList<(double X, double Y)>>> Build()
    {
        var glyphs = Plain.ToDictionary(pair => pair.Key, pair => Parse(pair.Value));
        foreach (var (strokes, letters, bases) in Accents)
        {
            foreach (var (letter, plain) in letters.Zip(bases)) glyphs.Add(letter, Accented(plain, glyphs[plain], Parse(strokes)));
        }
        return glyphs;
    }

    private static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Accented(char plain, IReadOnlyList<IReadOnlyList<(double X, double Y)>> letter, IReadOnlyList<IReadOnlyList<(double X, double Y)>> accent)
    {
        var above = accent.SelectMany(stroke => stroke).Min(point => point.Y) < 2;
        // The accent takes the place of the dot, which is the last stroke.
        var body = above && plain is 'i' or 'j' ? letter.SkipLast(1) : letter;
        var rise = above && letter.SelectMany(stroke => stroke).Min(point => point.Y) < 2 && plain is not ('i' or 'j') ? -2 : 0;
        var middle = (Width(letter) - Width(accent)) / 2;
        return [.. body, .. accent.Select(stroke => stroke.Select(point => (point.X + middle, point.Y + rise)).ToArray())];
    }

    private static double Width(IReadOnlyList<IReadOnlyList<(double X, double Y)>> strokes) => strokes.SelectMany(stroke => stroke).Max(point => point.X);

    private static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Parse(string glyph) =>
        [.. glyph.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(stroke => stroke.Chunk(2).Select(point => ((double)(point[0] - '0'), (double)(point[1] - '0'))).ToArray())];
}
