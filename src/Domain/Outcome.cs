namespace Drawdown.Domain;

/// <summary>A value, or the reason why there is none.</summary>
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>Goes on with the value, if there is one.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, TNext> next) =>
        this switch
        {
            Accepted { Value: var value } => next(value),
            Refused { Refusal: var refusal } => refusal,
            _ => throw new InvalidOperationException("An outcome is accepted or refused."),
        };

    /// <summary>It went through.</summary>
    public sealed record Accepted(T Value) : Outcome<T>;

    /// <summary>It did not, and nothing changed.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome<T>;

    /// <summary>Lets a decision return its value as it is.</summary>
    public static implicit operator Outcome<T>(T value) => new Accepted(value);

    /// <summary>Lets a decision return its refusal as it is.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new Refused(refusal);
}
