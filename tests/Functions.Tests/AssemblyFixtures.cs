using Drawdown.Testing;

[assembly: AssemblyFixture(typeof(AzuriteServer))]
