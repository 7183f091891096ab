using 'main.bicep'

// For dev and for prod: `azd env new drawdown-prod && azd env set DRAWDOWN_STAGE prod`. azd keeps these values with its
// environment, a workflow takes them from its own (.github/workflows/deploy.yml). None of them is a secret but the bootstrap key,
// which is given for one deployment only.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param stage = readEnvironmentVariable('DRAWDOWN_STAGE', 'dev')
param alertEmail = readEnvironmentVariable('DRAWDOWN_ALERT_EMAIL', '')
param bootstrapKey = readEnvironmentVariable('DRAWDOWN_BOOTSTRAP_KEY', '')
param bootstrapOrganization = readEnvironmentVariable('DRAWDOWN_BOOTSTRAP_ORGANIZATION', 'Default')
