namespace Keyhold.Protocol;

/// <summary>
/// Every error a client can get. Codes, statuses and texts are Alibaba Cloud KMS's (its "Sample responses" and the RPC
/// gateway's error centre); those the service does not have are marked own.
/// </summary>
public static class ErrorCodes
{
    // Parameters.
    public static readonly ErrorCode InvalidParameter = new(
        "InvalidParameter",
        400,
        "The specified parameter is not valid."
    );
    public static readonly ErrorCode MissingParameter = new(
        "MissingParameter",
        400,
        "The parameter \"<name>\" is needed but not provided."
    );
    public static readonly ErrorCode InvalidParameterFormat = new(
        "InvalidParameter.Format",
        400,
        "The specified parameter \"Format\" is not valid."
    );
    public static readonly ErrorCode ParseRequestParameter = new(
        "ParseRequestParameterException",
        400,
        "Server parse parameters exception. Please check your input params."
    );

    /// <summary>Own: the real gateway answers with an empty 414 or 413.</summary>
    public static readonly ErrorCode RequestTooLarge = new("RequestTooLarge", 413, "The request is too large.");

    // Which operation.
    public static readonly ErrorCode UnsupportedHttpMethod = new(
        "UnsupportedHTTPMethod",
        403,
        "This http method is not supported."
    );
    public static readonly ErrorCode MissingAction = new("MissingAction", 400, "Action is mandatory for this action.");
    public static readonly ErrorCode MissingVersion = new(
        "MissingVersion",
        400,
        "Version is mandatory for this action."
    );
    public static readonly ErrorCode InvalidVersion = new(
        "InvalidVersion",
        400,
        "Specified parameter Version is not valid."
    );
    public static readonly ErrorCode InvalidActionNotFound = new(
        "InvalidAction.NotFound",
        404,
        "Specified api is not found, please check your url and method."
    );

    // Users, access keys and policies: RAM's codes and statuses.
    public static readonly ErrorCode EntityNotExistAccessKey = new(
        "EntityNotExist.User.AccessKey",
        404,
        "The specified access key does not exist."
    );

    public static readonly ErrorCode EntityNotExistUser = new("EntityNotExist.User", 404, "The user does not exist.");
    public static readonly ErrorCode EntityNotExistPolicy = new(
        "EntityNotExist.Policy",
        404,
        "The policy does not exist."
    );
    public static readonly ErrorCode EntityNotExistPolicyVersion = new(
        "EntityNotExist.Policy.Version",
        404,
        "The policy version does not exist."
    );
    public static readonly ErrorCode EntityNotExistUserPolicy = new(
        "EntityNotExist.User.Policy",
        404,
        "The policy is not attached to the user."
    );
    public static readonly ErrorCode EntityAlreadyExistsUser = new(
        "EntityAlreadyExists.User",
        409,
        "The user already exists."
    );
    public static readonly ErrorCode EntityAlreadyExistsPolicy = new(
        "EntityAlreadyExists.Policy",
        409,
        "The policy already exists."
    );
    public static readonly ErrorCode EntityAlreadyExistsUserPolicy = new(
        "EntityAlreadyExists.User.Policy",
        409,
        "The policy is already attached to the user."
    );
    public static readonly ErrorCode DeleteConflictUserAccessKey = new(
        "DeleteConflict.User.AccessKey",
        409,
        "The user has access keys and cannot be deleted."
    );
    public static readonly ErrorCode DeleteConflictUserPolicy = new(
        "DeleteConflict.User.Policy",
        409,
        "The user has policies and cannot be deleted."
    );
    public static readonly ErrorCode DeleteConflictPolicyUser = new(
        "DeleteConflict.Policy.User",
        409,
        "The policy is attached to a user and cannot be deleted."
    );
    public static readonly ErrorCode DeleteConflictPolicyVersion = new(
        "DeleteConflict.Policy.Version",
        409,
        "The policy has several versions and cannot be deleted."
    );
    public static readonly ErrorCode DeleteConflictPolicyVersionDefault = new(
        "DeleteConflict.Policy.Version.Default",
        409,
        "The default version of a policy cannot be deleted."
    );
    public static readonly ErrorCode LimitExceededUser = new("LimitExceeded.User", 409, "There are too many users.");
    public static readonly ErrorCode LimitExceededUserAccessKey = new(
        "LimitExceeded.User.AccessKey",
        409,
        "The user has too many access keys."
    );
    public static readonly ErrorCode LimitExceededUserPolicy = new(
        "LimitExceeded.User.Policy",
        409,
        "The user has too many policies."
    );
    public static readonly ErrorCode LimitExceededPolicy = new(
        "LimitExceeded.Policy",
        409,
        "There are too many policies."
    );
    public static readonly ErrorCode LimitExceededPolicyVersion = new(
        "LimitExceeded.Policy.Version",
        409,
        "The policy has too many versions."
    );
    public static readonly ErrorCode MalformedPolicyDocument = new(
        "MalformedPolicyDocument",
        400,
        "The policy document is not valid."
    );

    // Who.
    public static readonly ErrorCode MissingAccessKeyId = new(
        "MissingAccessKeyId",
        400,
        "AccessKeyId is mandatory for this action."
    );
    public static readonly ErrorCode InvalidAccessKeyIdNotFound = new(
        "InvalidAccessKeyId.NotFound",
        404,
        "The Access Key ID provided does not exist in our records."
    );
    public static readonly ErrorCode ForbiddenAccessKey = new(
        "Forbidden.AccessKey",
        403,
        "This AccessKey is not enabled."
    );
    public static readonly ErrorCode InvalidSecurityToken = new(
        "InvalidSecurityToken.Malformed",
        400,
        "Specified SecurityToken is malformed."
    );
    public static readonly ErrorCode ForbiddenNoPermission = new(
        "Forbidden.NoPermission",
        403,
        "This operation is forbidden by permission system."
    );

    // Signature, clock, replay.
    public static readonly ErrorCode IncompleteSignature = new(
        "IncompleteSignature",
        400,
        "The request signature does not conform to Alibaba Cloud standards."
    );
    public static readonly ErrorCode InvalidSignatureMethod = new(
        "InvalidSignatureMethod",
        400,
        "Specified signature method is not valid."
    );
    public static readonly ErrorCode SignatureDoesNotMatch = new(
        "SignatureDoesNotMatch",
        400,
        "Specified signature is not matched with our calculation."
    );
    public static readonly ErrorCode MissingSignatureNonce = new(
        "MissingSignatureNonce",
        400,
        "SignatureNonce is mandatory for this action."
    );
    public static readonly ErrorCode SignatureNonceUsed = new(
        "SignatureNonceUsed",
        400,
        "Specified signature nonce was used already."
    );
    public static readonly ErrorCode IllegalTimestamp = new(
        "IllegalTimestamp",
        400,
        "The input parameter \"Timestamp\" that is mandatory for processing this request is not supplied."
    );
    public static readonly ErrorCode InvalidTimeStampFormat = new(
        "InvalidTimeStamp.Format",
        400,
        "Specified time stamp or date value is not well formatted."
    );
    public static readonly ErrorCode InvalidTimeStampExpired = new(
        "InvalidTimeStamp.Expired",
        400,
        "Specified time stamp or date value is expired."
    );

    // State of what is asked for.
    public static readonly ErrorCode CertificateNotFound = new(
        "Certificate.NotFound",
        404,
        "The specified certificate is not found."
    );
    public static readonly ErrorCode RejectedPendingImport = new(
        "Rejected.PendingImport",
        409,
        "The request was rejected because the certificate has not been uploaded yet."
    );
    public static readonly ErrorCode RejectedDisabled = new(
        "Rejected.Disabled",
        409,
        "The request was rejected because the certificate is disabled."
    );

    /// <summary>Own: the real service documents the rule, not the code.</summary>
    public static readonly ErrorCode RejectedRevoked = new(
        "Rejected.Revoked",
        409,
        "The request was rejected because the certificate is revoked."
    );
    public static readonly ErrorCode RejectedStateModifiedFailed = new(
        "Rejected.StateModifiedFailed",
        409,
        "The request was rejected because the state cannot be changed that way."
    );

    /// <summary>Own: the real service documents the rule, not the code.</summary>
    public static readonly ErrorCode RejectedNotExportable = new(
        "Rejected.NotExportable",
        409,
        "The request was rejected because the private key is not exportable."
    );
    public static readonly ErrorCode RejectedLimitExceeded = new(
        "Rejected.LimitExceeded",
        400,
        "The request was rejected because a limit was exceeded."
    );

    // The server itself.
    public static readonly ErrorCode RejectedThrottling = new("Rejected.Throttling", 429, "QPS Limit Exceeded");
    public static readonly ErrorCode InternalFailure = new("InternalFailure", 500, "Internal Failure.");
    public static readonly ErrorCode ServiceUnavailableTemporary = new(
        "ServiceUnavailableTemporary",
        503,
        "The service is temporarily unavailable."
    );

    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        InvalidParameter,
        MissingParameter,
        InvalidParameterFormat,
        ParseRequestParameter,
        RequestTooLarge,
        UnsupportedHttpMethod,
        MissingAction,
        MissingVersion,
        InvalidVersion,
        InvalidActionNotFound,
        EntityNotExistAccessKey,
        EntityNotExistUser,
        EntityNotExistPolicy,
        EntityNotExistPolicyVersion,
        EntityNotExistUserPolicy,
        EntityAlreadyExistsUser,
        EntityAlreadyExistsPolicy,
        EntityAlreadyExistsUserPolicy,
        DeleteConflictUserAccessKey,
        DeleteConflictUserPolicy,
        DeleteConflictPolicyUser,
        DeleteConflictPolicyVersion,
        DeleteConflictPolicyVersionDefault,
        LimitExceededUser,
        LimitExceededUserAccessKey,
        LimitExceededUserPolicy,
        LimitExceededPolicy,
        LimitExceededPolicyVersion,
        MalformedPolicyDocument,
        MissingAccessKeyId,
        InvalidAccessKeyIdNotFound,
        ForbiddenAccessKey,
        InvalidSecurityToken,
        ForbiddenNoPermission,
        IncompleteSignature,
        InvalidSignatureMethod,
        SignatureDoesNotMatch,
        MissingSignatureNonce,
        SignatureNonceUsed,
        IllegalTimestamp,
        InvalidTimeStampFormat,
        InvalidTimeStampExpired,
        CertificateNotFound,
        RejectedPendingImport,
        RejectedDisabled,
        RejectedRevoked,
        RejectedStateModifiedFailed,
        RejectedNotExportable,
        RejectedLimitExceeded,
        RejectedThrottling,
        InternalFailure,
        ServiceUnavailableTemporary,
    ];
}
