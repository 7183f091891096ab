namespace Drawdown.Domain.Credits;

/// <summary>What a caller asks to change of a credit.</summary>
public sealed record CreditEdit(Change<string> Description, Change<DateTimeOffset?> ExpiresAt);

/// <summary>A field that may be left as it is, or set; null is a value, and clears it.</summary>
public readonly record struct Change<T>(bool IsSet, T? Value)
{
    /// <summary>Sets the field.</summary>
    public static Change<T> To(T? value) => new(true, value);

    /// <summary>The value after the change.</summary>
    public T? Over(T? current) => IsSet ? Value : current;
}
