using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Elbow.Studio.Security;

/// <summary>
/// Who may come in. Without a token only pages that were opened under a name of this machine: a foreign page that points a name of its own
/// at 127.0.0.1 is told apart by the <c>Host</c> it asks for. With a token, whoever shows it. Writing is for the studio's own page.
/// </summary>
/// <param name="options">The token, when there is one.</param>
internal sealed class Door(StudioOptions options)
{
    private const string Bearer = "Bearer ";

    private readonly byte[]? token = options.Token is { } text ? Hash(text) : null;

    /// <summary>Middleware: lets a request through, or answers it.</summary>
    internal Task Enter(HttpContext context, RequestDelegate next)
    {
        if (token is null ? !IsOfThisMachine(context.Request.Host.Host) : !ShowsToken(context)) return TurnAway(context);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !IsOfOurPage(context.Request))
        {
            return Problem.Refuse(context, StatusCodes.Status403Forbidden, "another page asks the studio to write", "write from the studio's own page");
        }
        return token is not null && context.Request.Query.ContainsKey("token") && HttpMethods.IsGet(context.Request.Method) ? Remember(context) : next(context);
    }

    private Task TurnAway(HttpContext context) => token is null
        ? Problem.Refuse(
            context, StatusCodes.Status403Forbidden, "the studio serves this machine only, and was asked for under another name",
            "open it as http://localhost:PORT, or start it with --token to open it from elsewhere")
        : Problem.Refuse(
            context, StatusCodes.Status401Unauthorized, "the studio asks for its token", "open it once with ?token=TOKEN, or send it as 'Authorization: Bearer TOKEN'");

    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool ShowsToken(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var shown = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..]
            : context.Request.Query["token"].ToString() is { Length: > 0 } query ? query
            : context.Request.Cookies[CookieName(context)];
        return shown is not null && CryptographicOperations.FixedTimeEquals(Hash(shown), token);
    }

    // The token leaves the address bar, and with it the history.
    private static Task Remember(HttpContext context)
    {
        context.Response.Cookies.Append(CookieName(context), context.Request.Query["token"].ToString(), new CookieOptions
        {
            HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict, Path = "/", IsEssential = true, Secure = context.Request.IsHttps,
        });
        var rest = QueryString.Create(context.Request.Query.Where(pair => pair.Key != "token"));
        context.Response.Redirect(context.Request.Path.ToUriComponent() + rest);
        return Task.CompletedTask;
    }

    // Cookies do not know ports: two studios on one machine need two names.
    private static string CookieName(HttpContext context) => $"elbow-studio-{context.Request.Host.Port ?? 80}";

    private static bool IsOfOurPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none")) return false;
        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }

    // Equal lengths, so that comparing takes the same time for every guess.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
