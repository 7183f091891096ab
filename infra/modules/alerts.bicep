// What somebody should be woken for. Each query names measurements of src/Storage/Telemetry/DrawdownMetrics.cs; a test holds them
// together. docs/operations.md says what each alert means and what to do.

@description('Named in the alerts\' titles.')
param environmentName string

@description('The region.')
param location string

@description('Tags of everything here.')
param tags object

@description('The resource id of the workspace that the queries read.')
param workspaceId string

@description('Who is told, by mail; empty for nobody.')
param alertEmail string

var isMailed = !empty(alertEmail)

var rules = [
  {
    name: 'poisoned-message'
    title: 'A message was given up'
    text: 'A charge could not be invoiced, or a message on the poison queue names no charge.'
    severity: 1
    window: 'PT15M'
    query: '''
      AppMetrics
      | where Name == 'drawdown.invoices.poisoned'
      | summarize Deliveries = sum(Sum)
      | where Deliveries > 0
    '''
  }
  {
    name: 'failed-requests'
    title: 'Requests fail'
    text: 'A request met a bug, or more than one request in a hundred found storage unavailable.'
    severity: 1
    window: 'PT15M'
    query: '''
      AppMetrics
      | where Name == 'drawdown.requests'
      | extend Outcome = tostring(Properties.outcome)
      | summarize
          Unexpected = sumif(Sum, Outcome == 'unexpected'),
          Unavailable = sumif(Sum, Outcome == 'unavailable'),
          Total = sum(Sum)
      | where Unexpected > 0 or (Unavailable > 10 and Unavailable > Total / 100)
    '''
  }
  {
    name: 'agenda-lag'
    title: 'Due work stands still'
    text: 'A timer is more than half an hour behind, or has not run at all.'
    severity: 2
    window: 'PT2H'
    // The join keeps a kind of which nothing was heard: a timer that does not run measures nothing.
    query: '''
      AppMetrics
      | where Name == 'drawdown.agenda.lag'
      | extend Kind = tostring(Properties.kind)
      | summarize arg_max(TimeGenerated, Max) by Kind
      | join kind=rightouter (
          datatable(Kind: string, LongestSilence: timespan) [
            'expire', time(20m),
            'renew', time(20m),
            'relay', time(20m),
            'forget', time(90m)
          ]
        ) on Kind
      | extend Silence = coalesce(now() - TimeGenerated, time(2h))
      | where Max > 1800 or Silence > LongestSilence
      | project Kind = Kind1, Max, Silence
    '''
  }
  {
    name: 'outbox-lag'
    title: 'Invoices wait'
    text: 'A message was owed, or lay on the queue, for more than five minutes.'
    severity: 2
    window: 'PT15M'
    query: '''
      AppMetrics
      | where Name == 'drawdown.outbox.lag'
          or (Name == 'drawdown.queue.age' and tostring(Properties.queue) == 'invoices')
      | where Max > 300
      | project TimeGenerated, Name, Max
    '''
  }
]

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (isMailed) {
  name: 'ag-${environmentName}'
  location: 'Global'
  tags: tags
  properties: {
    groupShortName: 'drawdown'
    enabled: true
    emailReceivers: [
      {
        name: 'on-call'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${environmentName}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${rule.title} (${environmentName})'
      description: '${rule.text} See docs/operations.md.'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: isMailed ? [mail.id] : []
      }
    }
  }
]
