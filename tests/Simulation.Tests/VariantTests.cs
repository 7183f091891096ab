namespace Drawdown.Simulation.Tests;

/// <summary>Shows that the simulator sees something: each way of breaking the product is caught.</summary>
public sealed class VariantTests
{
    public const ulong FirstSeed = 1;
    public const int Seeds = 250;
    public const int Operations = 60;

    public static TheoryData<string> Names => [.. Variants.All.Select(variant => variant.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_product_is_caught(string name)
    {
        var variant = Variants.All.Single(variant => variant.Name == name);
        var product = BrokenProduct.Of(variant);

        var violation = product.FirstViolation(variant.FirstSeed, Seeds, Operations);

        TestContext.Current.TestOutputHelper?.WriteLine($"{violation}");
        Assert.NotNull(violation);
    }
}
