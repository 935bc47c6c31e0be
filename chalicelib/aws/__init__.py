"""The DynamoDB table, its transactions and conditions, and the AWS clients."""
