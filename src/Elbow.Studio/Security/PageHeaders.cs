using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Elbow.Studio.Security;

/// <summary>The headers of every answer: nothing is loaded from elsewhere, and no text of a run can become a script.</summary>
internal sealed partial class PageHeaders
{
    private readonly string policy;

    /// <param name="page">The page; the scripts that are written in it are allowed by their hash, and no others.</param>
    internal PageHeaders(string page)
    {
        var scripts = Script().Matches(page).Select(match => $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups["text"].Value)))}'").Distinct();
        // wasm-unsafe-eval and workers from blobs are what onnxruntime-web needs; styles of drawings stand in attributes.
        policy = $"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:{string.Concat(scripts)}; worker-src 'self' blob:; connect-src 'self' data: blob:; " +
            "img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>Middleware.</summary>
    internal Task Add(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.Value!.Contains("/files/", StringComparison.Ordinal) ? "no-store" : "no-cache";
        return next(context);
    }

    [GeneratedRegex("<script(?![^>]*\\ssrc=)[^>]*>(?<text>.*?)</script>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
