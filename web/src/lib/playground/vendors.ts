/**
 * Product names of component types. A type without a product of that vendor keeps its generic name. Names are those
 * of the vendors' own documentation.
 */
import { typeLabel } from './forms/schema';

export type Vendor = 'generic' | 'aws' | 'google' | 'azure';

export const VENDORS: readonly { id: Vendor; name: string }[] = [
  { id: 'generic', name: 'Generic' },
  { id: 'aws', name: 'AWS' },
  { id: 'google', name: 'Google Cloud' },
  { id: 'azure', name: 'Azure' },
];

const PRODUCTS: Record<string, Partial<Record<Vendor, string>>> = {
  dns: { aws: 'Amazon Route 53', google: 'Cloud DNS', azure: 'Azure DNS' },
  cdn: { aws: 'Amazon CloudFront', google: 'Cloud CDN', azure: 'Azure Front Door' },
  edge: { aws: 'Amazon CloudFront Origin Shield', google: 'Media CDN' },
  waf: { aws: 'AWS WAF', google: 'Google Cloud Armor', azure: 'Azure Web Application Firewall' },
  balancer: { aws: 'Elastic Load Balancing', google: 'Cloud Load Balancing', azure: 'Azure Load Balancer' },
  'api-gateway': { aws: 'Amazon API Gateway', google: 'API Gateway', azure: 'Azure API Management' },
  'websocket-gateway': { aws: 'Amazon API Gateway WebSocket API', azure: 'Azure Web PubSub' },
  proxy: { aws: 'Amazon ECS Service Connect', google: 'Cloud Service Mesh', azure: 'Istio add-on for AKS' },
  service: { aws: 'Amazon ECS', google: 'Google Kubernetes Engine', azure: 'Azure Kubernetes Service' },
  'web-server': { aws: 'AWS Elastic Beanstalk', google: 'App Engine', azure: 'Azure App Service' },
  container: { aws: 'AWS Fargate', google: 'Cloud Run', azure: 'Azure Container Apps' },
  'autoscaled-service': {
    aws: 'Amazon EC2 Auto Scaling',
    google: 'Managed instance group',
    azure: 'Azure Virtual Machine Scale Sets',
  },
  function: { aws: 'AWS Lambda', google: 'Cloud Run functions', azure: 'Azure Functions' },
  worker: { aws: 'Amazon EC2', google: 'Compute Engine', azure: 'Azure Virtual Machines' },
  'batch-job': { aws: 'AWS Batch', google: 'Batch', azure: 'Azure Batch' },
  'cron-job': { aws: 'Amazon EventBridge Scheduler', google: 'Cloud Scheduler', azure: 'Azure Logic Apps' },
  'stream-processor': {
    aws: 'Amazon Managed Service for Apache Flink',
    google: 'Dataflow',
    azure: 'Azure Stream Analytics',
  },
  'model-server': { aws: 'Amazon SageMaker AI', google: 'Vertex AI', azure: 'Azure Machine Learning' },
  'media-transcoder': { aws: 'AWS Elemental MediaConvert', google: 'Transcoder API' },
  cache: { aws: 'Amazon ElastiCache', google: 'Memorystore', azure: 'Azure Managed Redis' },
  'session-store': { aws: 'Amazon MemoryDB', google: 'Memorystore', azure: 'Azure Managed Redis' },
  database: { aws: 'Amazon RDS', google: 'Cloud SQL', azure: 'Azure SQL Database' },
  'key-value-store': { aws: 'Amazon DynamoDB', google: 'Bigtable', azure: 'Azure Cosmos DB' },
  'document-store': { aws: 'Amazon DocumentDB', google: 'Firestore', azure: 'Azure Cosmos DB' },
  'wide-column-store': {
    aws: 'Amazon Keyspaces',
    google: 'Bigtable',
    azure: 'Azure Managed Instance for Apache Cassandra',
  },
  'graph-database': {
    aws: 'Amazon Neptune',
    google: 'Spanner Graph',
    azure: 'Azure Cosmos DB for Apache Gremlin',
  },
  'time-series-database': { aws: 'Amazon Timestream', google: 'Bigtable', azure: 'Azure Data Explorer' },
  'search-index': { aws: 'Amazon OpenSearch Service', google: 'Vertex AI Search', azure: 'Azure AI Search' },
  'object-store': { aws: 'Amazon S3', google: 'Cloud Storage', azure: 'Azure Blob Storage' },
  'file-system': { aws: 'Amazon EFS', google: 'Filestore', azure: 'Azure Files' },
  'data-warehouse': { aws: 'Amazon Redshift', google: 'BigQuery', azure: 'Azure Synapse Analytics' },
  queue: { aws: 'Amazon SQS', google: 'Cloud Tasks', azure: 'Azure Service Bus' },
  'stream-broker': {
    aws: 'Amazon MSK',
    google: 'Managed Service for Apache Kafka',
    azure: 'Azure Event Hubs',
  },
  'pub-sub': { aws: 'Amazon SNS', google: 'Pub/Sub', azure: 'Azure Event Grid' },
  'dead-letter-queue': {
    aws: 'Amazon SQS dead-letter queue',
    google: 'Pub/Sub dead-letter topic',
    azure: 'Azure Service Bus dead-letter queue',
  },
  'service-registry': { aws: 'AWS Cloud Map', google: 'Service Directory' },
  'identity-provider': { aws: 'Amazon Cognito', google: 'Identity Platform', azure: 'Microsoft Entra ID' },
};

export function genericName(type: string): string {
  return type === 'workload' ? 'Workload' : typeLabel(type);
}

export function typeName(type: string, vendor: Vendor): string {
  return PRODUCTS[type]?.[vendor] ?? genericName(type);
}
