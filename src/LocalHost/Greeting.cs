namespace Drawdown.LocalHost;

/// <summary>What the console shows once requests are answered.</summary>
internal static class Greeting
{
    /// <summary>The address, the key, and a first request to try.</summary>
    public static string For(Uri address, string apiKey)
    {
        string root = address.GetLeftPart(UriPartial.Authority);
        return $$"""
            Drawdown is ready at {{root}}

              API key  {{apiKey}}
              Try      curl -s {{root}}/api/customers/ -H 'X-API-KEY: {{apiKey}}' -H 'Content-Type: application/json' -d '{"customer_id":"acme","email":"billing@acme.example"}'
              Stop     Ctrl+C

            """;
    }
}
