using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.Ids;

public sealed class OrganizationIdTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef";

    // printf 'organization\nacme' | sha256sum: a deployment that starts again must find its data.
    [Fact]
    public void The_id_of_a_name_never_changes() =>
        Assert.Equal("org_3a44520f43707f2425cc3e9cd8bd966c", OrganizationId.Named("acme").ToString());

    [Fact]
    public void Another_name_is_another_organization() =>
        Assert.NotEqual(OrganizationId.Named("acme"), OrganizationId.Named("Acme"));

    [Fact]
    public void An_id_that_was_written_is_read_back()
    {
        Assert.True(OrganizationId.TryParse($"org_{Digits}", out var id));

        Assert.Equal($"org_{Digits}", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("org_")]
    [InlineData(Digits)]
    [InlineData($"org_{Digits}0")]
    [InlineData("org_0123456789abcdef0123456789abcde")]
    [InlineData("org_0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("org_0123456789abcdef0123456789abcdeg")]
    [InlineData("org_0123456789abcdef0123456789abcde\n")]
    [InlineData($"ORG_{Digits}")]
    [InlineData($"key_{Digits}")]
    public void A_malformed_id_is_refused(string? text)
    {
        Assert.False(OrganizationId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void An_id_that_was_never_set_has_no_text() =>
        Assert.Throws<InvalidOperationException>(() => default(OrganizationId).ToString());
}
