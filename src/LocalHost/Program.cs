using Drawdown.Functions;
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDrawdown(builder.Configuration);

await using var app = builder.Build();
await app.RunAsync();
