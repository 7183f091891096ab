using System.Text.Json.Nodes;

namespace Drawdown.Oracle;

/// <summary>What must be answered, and what must happen.</summary>
/// <param name="Title">The problem's code; null for a success.</param>
/// <param name="Body">What must stand in the answer; other fields may stand there too. Null: nothing is said about it.</param>
/// <param name="Changed">Whether something changes.</param>
public sealed record Expected(int Status, string? Title, JsonNode? Body, bool Changed)
{
    /// <summary>What the problem's detail must contain.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it is a success.</summary>
    public bool IsSuccess => Status < 400;

    /// <summary>A refusal: nothing happens.</summary>
    public static Expected Refusal(int status, string title, string? detail = null) =>
        new(status, title, null, false) { Detail = detail };

    /// <summary>A read, or a write that finds nothing to do.</summary>
    public static Expected Unchanged(JsonNode body) => new(200, null, body, false);

    /// <summary>An effect.</summary>
    public static Expected Done(int status, JsonNode? body) => new(status, null, body, true);
}

/// <summary>The ids that new things were given.</summary>
public sealed record NewIds(string Credit, string Drawdown, string Subscription, string Charge, string Invoice)
{
    /// <summary>For asking what would happen.</summary>
    public static NewIds Any { get; } = new("new", "new", "new", "new", "new");
}
