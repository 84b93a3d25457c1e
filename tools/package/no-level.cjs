// In the place of `level`, a native database: nobody here keeps DynamoDB on a disk.
exports.Level = undefined;
