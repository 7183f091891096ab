using Microsoft.AspNetCore.Routing.Patterns;

namespace Drawdown.LocalHost.Http;

/// <summary>Finds functions of which only one could ever answer.</summary>
internal static class RouteConflicts
{
    /// <summary>Refuses two functions with the same route and a method in common.</summary>
    public static void Refuse(IReadOnlyList<HttpFunction> functions)
    {
        foreach (
            IGrouping<string, HttpFunction> sameRoute in functions.GroupBy(
                function => Shape(function.Route),
                StringComparer.Ordinal
            )
        )
        {
            HttpFunction[] group = [.. sameRoute];
            for (int i = 0; i < group.Length; i++)
            {
                HttpFunction? rival = Array.Find(group[..i], other => ShareMethod(other, group[i]));
                if (rival is not null)
                {
                    throw group[i].Unusable($"function '{rival.Name}' has the same route and method");
                }
            }
        }
    }

    // What matters for matching: the names of parameters do not.
    private static string Shape(RoutePattern route) =>
        string.Join('/', route.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Shape))));

    private static string Shape(RoutePatternPart part) =>
        part switch
        {
            RoutePatternLiteralPart literal => literal.Content.ToUpperInvariant(),
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => "{"
                + string.Join(':', parameter.ParameterPolicies.Select(policy => policy.Content))
                + "}",
            _ => throw new InvalidOperationException($"Unknown part of a route: {part.PartKind}."),
        };

    private static bool ShareMethod(HttpFunction one, HttpFunction other) =>
        one.Methods.Count == 0
        || other.Methods.Count == 0
        || one.Methods.Intersect(other.Methods, StringComparer.Ordinal).Any();
}
