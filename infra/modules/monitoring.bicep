// Where telemetry goes: a workspace, and Application Insights in front of it.

@description('The name of the Log Analytics workspace.')
param workspaceName string

@description('The name of the Application Insights component.')
param insightsName string

@description('The region.')
param location string

@description('Tags of both.')
param tags object

@minValue(30)
@maxValue(730)
@description('How long telemetry is kept, in days.')
param retentionInDays int

@description('How much may be taken in a day, in GB, before the rest of the day is dropped; -1 for no limit. The alerts rest on what is taken in.')
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      // No workspace keys.
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // The connection string alone opens nothing: telemetry comes by identity.
    DisableLocalAuth: true
  }
}

@description('The workspace\'s resource id.')
output workspaceId string = workspace.id

@description('The component\'s name.')
output insightsName string = insights.name
