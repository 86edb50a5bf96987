using System.Security.Cryptography;
using System.Text;
using Elbow.Studio.Security;
using Microsoft.AspNetCore.Http;

namespace Elbow.Studio.Tests.Security;

public sealed class PageHeadersTests
{
    [Fact]
    public async Task Policy_OfAPage_AllowsItsOwnScriptsByTheirHash()
    {
        const string script = "let a = \"<script>\";\n";
        var context = new DefaultHttpContext();
        await new PageHeaders($"<head><script type=\"module\" crossorigin>{script}</script><script src=\"a.js\"></script></head>").Add(context, _ => Task.CompletedTask);
        var policy = context.Response.Headers.ContentSecurityPolicy.ToString();
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'", policy, StringComparison.Ordinal);
        Assert.Equal(1, policy.Split("'sha256-").Length - 1);
    }
}
