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
  service: { aws: 'Amazon ECS service', google: 'Cloud Run service', azure: 'Azure Container Apps' },
  'api-gateway': { aws: 'Amazon API Gateway', google: 'API Gateway', azure: 'Azure API Management' },
  balancer: { aws: 'Elastic Load Balancing', google: 'Cloud Load Balancing', azure: 'Azure Load Balancer' },
  cache: { aws: 'Amazon ElastiCache', google: 'Memorystore', azure: 'Azure Managed Redis' },
  database: { aws: 'Amazon RDS', google: 'Cloud SQL', azure: 'Azure SQL Database' },
  queue: { aws: 'Amazon SQS', google: 'Pub/Sub', azure: 'Azure Service Bus' },
  worker: { aws: 'AWS Lambda', google: 'Cloud Run functions', azure: 'Azure Functions' },
  store: { aws: 'Amazon S3', google: 'Cloud Storage', azure: 'Azure Blob Storage' },
  cdn: { aws: 'Amazon CloudFront', google: 'Cloud CDN', azure: 'Azure Front Door' },
  dns: { aws: 'Amazon Route 53', google: 'Cloud DNS', azure: 'Azure DNS' },
  stream: { aws: 'Amazon Kinesis Data Streams', google: 'Pub/Sub', azure: 'Azure Event Hubs' },
  'event-bus': { aws: 'Amazon EventBridge', google: 'Eventarc', azure: 'Azure Event Grid' },
  search: { aws: 'Amazon OpenSearch Service', google: 'Vertex AI Search', azure: 'Azure AI Search' },
  function: { aws: 'AWS Lambda', google: 'Cloud Run functions', azure: 'Azure Functions' },
  'object-store': { aws: 'Amazon S3', google: 'Cloud Storage', azure: 'Azure Blob Storage' },
  'key-value-store': { aws: 'Amazon DynamoDB', google: 'Bigtable', azure: 'Azure Cosmos DB' },
  'service-mesh': { aws: 'Amazon VPC Lattice', google: 'Cloud Service Mesh', azure: 'Istio add-on for AKS' },
};

export function genericName(type: string): string {
  return type === 'workload' ? 'Workload' : typeLabel(type);
}

export function typeName(type: string, vendor: Vendor): string {
  return PRODUCTS[type]?.[vendor] ?? genericName(type);
}
