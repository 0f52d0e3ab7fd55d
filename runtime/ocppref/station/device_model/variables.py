"""A handle for each Variable of the catalogue, named as OCPP 2.1 Part 2, chapter 2 heads them.

Those of an EVSE, a connector or a slot are told which by `at`: `EVSE_POWER.at(evse=1)`.
"""

from __future__ import annotations

from ocpp21 import AttributeEnumType
from ocppref.station.device_model.handles import (
    Boolean,
    DateTime,
    Decimal,
    Integer,
    Member,
    Members,
    Text,
)

# A Security
BASIC_AUTH_PASSWORD = Text("SecurityCtrlr", "BasicAuthPassword")
IDENTITY = Text("SecurityCtrlr", "Identity")
ORGANIZATION_NAME = Text("SecurityCtrlr", "OrganizationName")
CERTIFICATE_ENTRIES = Integer("SecurityCtrlr", "CertificateEntries")
SECURITY_PROFILE = Integer("SecurityCtrlr", "SecurityProfile")
ALLOW_SECURITY_PROFILE_DOWNGRADE = Boolean("SecurityCtrlr", "AllowSecurityProfileDowngrade")
ADDITIONAL_ROOT_CERTIFICATE_CHECK = Boolean("SecurityCtrlr", "AdditionalRootCertificateCheck")

# B Provisioning
ACTIVE_NETWORK_PROFILE = Integer("OCPPCommCtrlr", "ActiveNetworkProfile")
FILE_TRANSFER_PROTOCOLS = Members("OCPPCommCtrlr", "FileTransferProtocols")
HEARTBEAT_INTERVAL = Integer("OCPPCommCtrlr", "HeartbeatInterval")
DEFAULT_MESSAGE_TIMEOUT = Integer("OCPPCommCtrlr", "MessageTimeout", "Default")
MESSAGE_ATTEMPTS_TRANSACTION_EVENT = Integer("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent")
MESSAGE_ATTEMPT_INTERVAL_TRANSACTION_EVENT = Integer(
    "OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"
)
NETWORK_CONFIGURATION_PRIORITY = Members("OCPPCommCtrlr", "NetworkConfigurationPriority")
NETWORK_PROFILE_CONNECTION_ATTEMPTS = Integer("OCPPCommCtrlr", "NetworkProfileConnectionAttempts")
OFFLINE_THRESHOLD = Integer("OCPPCommCtrlr", "OfflineThreshold")
QUEUE_ALL_MESSAGES = Boolean("OCPPCommCtrlr", "QueueAllMessages")
RESET_RETRIES = Integer("OCPPCommCtrlr", "ResetRetries")
UNLOCK_ON_EV_SIDE_DISCONNECT = Boolean("OCPPCommCtrlr", "UnlockOnEVSideDisconnect")
WEB_SOCKET_PING_INTERVAL = Integer("OCPPCommCtrlr", "WebSocketPingInterval")
RETRY_BACK_OFF_REPEAT_TIMES = Integer("OCPPCommCtrlr", "RetryBackOffRepeatTimes")
RETRY_BACK_OFF_RANDOM_RANGE = Integer("OCPPCommCtrlr", "RetryBackOffRandomRange")
RETRY_BACK_OFF_WAIT_MINIMUM = Integer("OCPPCommCtrlr", "RetryBackOffWaitMinimum")
PUBLIC_KEY_WITH_SIGNED_METER_VALUE = Member("OCPPCommCtrlr", "PublicKeyWithSignedMeterValue")
EXTERNAL_CONFIG_CHANGE_DATE = DateTime("OCPPCommCtrlr", "ExternalConfigChangeDate")
ITEMS_PER_MESSAGE_GET_REPORT = Integer("DeviceDataCtrlr", "ItemsPerMessage", "GetReport")
ITEMS_PER_MESSAGE_GET_VARIABLES = Integer("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables")
ITEMS_PER_MESSAGE_SET_VARIABLES = Integer("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables")
BYTES_PER_MESSAGE_GET_REPORT = Integer("DeviceDataCtrlr", "BytesPerMessage", "GetReport")
BYTES_PER_MESSAGE_GET_VARIABLES = Integer("DeviceDataCtrlr", "BytesPerMessage", "GetVariables")
BYTES_PER_MESSAGE_SET_VARIABLES = Integer("DeviceDataCtrlr", "BytesPerMessage", "SetVariables")
CONFIGURATION_VALUE_SIZE = Integer("DeviceDataCtrlr", "ConfigurationValueSize")
REPORTING_VALUE_SIZE = Integer("DeviceDataCtrlr", "ReportingValueSize")
DATE_TIME = DateTime("ClockCtrlr", "DateTime")
TIME_SOURCE = Members("ClockCtrlr", "TimeSource")
TIME_ADJUSTMENT_REPORTING_THRESHOLD = Integer("ClockCtrlr", "TimeAdjustmentReportingThreshold")
CUSTOM_TRIGGERS = Members("CustomizationCtrlr", "CustomTriggers")
STATUS_NOTIFICATION_ENABLED = Boolean(
    "CustomizationCtrlr", "CustomImplementationEnabled", "ocppref.StatusNotification"
)

# B Provisioning, one each for a slot: .at(component_instance="0")
OCPP_CSMS_URL = Text("NetworkConfiguration", "OcppCsmsUrl")
OCPP_INTERFACE = Member("NetworkConfiguration", "OcppInterface")
OCPP_TRANSPORT = Member("NetworkConfiguration", "OcppTransport")
OCPP_VERSION = Member("NetworkConfiguration", "OcppVersion")
SLOT_MESSAGE_TIMEOUT = Integer("NetworkConfiguration", "MessageTimeout")
SLOT_SECURITY_PROFILE = Integer("NetworkConfiguration", "SecurityProfile")
SLOT_IDENTITY = Text("NetworkConfiguration", "Identity")
SLOT_BASIC_AUTH_PASSWORD = Text("NetworkConfiguration", "BasicAuthPassword")
VPN_ENABLED = Boolean("NetworkConfiguration", "VpnEnabled")
VPN_TYPE = Member("NetworkConfiguration", "VpnType")
VPN_SERVER = Text("NetworkConfiguration", "VpnServer")
VPN_USER = Text("NetworkConfiguration", "VpnUser")
VPN_GROUP = Text("NetworkConfiguration", "VpnGroup")
VPN_PASSWORD = Text("NetworkConfiguration", "VpnPassword")
VPN_KEY = Text("NetworkConfiguration", "VpnKey")
APN_ENABLED = Boolean("NetworkConfiguration", "ApnEnabled")
APN = Text("NetworkConfiguration", "Apn")
APN_USER_NAME = Text("NetworkConfiguration", "ApnUserName")
APN_PASSWORD = Text("NetworkConfiguration", "ApnPassword")
SIM_PIN = Text("NetworkConfiguration", "SimPin")
PREFERRED_NETWORK = Text("NetworkConfiguration", "PreferredNetwork")
USE_ONLY_PREFERRED_NETWORK = Boolean("NetworkConfiguration", "UseOnlyPreferredNetwork")
APN_AUTHENTICATION = Member("NetworkConfiguration", "ApnAuthentication")

# C Authorization
AUTH_ENABLED = Boolean("AuthCtrlr", "Enabled")
AUTHORIZE_REMOTE_START = Boolean("AuthCtrlr", "AuthorizeRemoteStart")
LOCAL_AUTHORIZE_OFFLINE = Boolean("AuthCtrlr", "LocalAuthorizeOffline")
LOCAL_PRE_AUTHORIZE = Boolean("AuthCtrlr", "LocalPreAuthorize")
OFFLINE_TX_FOR_UNKNOWN_ID_ENABLED = Boolean("AuthCtrlr", "OfflineTxForUnknownIdEnabled")
DISABLE_REMOTE_AUTHORIZATION = Boolean("AuthCtrlr", "DisableRemoteAuthorization")
MASTER_PASS_GROUP_ID = Text("AuthCtrlr", "MasterPassGroupId")
SUPPORTED_ID_TOKEN_TYPES = Members("AuthCtrlr", "SupportedIdTokenTypes")
AUTH_CACHE_AVAILABLE = Boolean("AuthCacheCtrlr", "Available")
AUTH_CACHE_ENABLED = Boolean("AuthCacheCtrlr", "Enabled")
AUTH_CACHE_LIFE_TIME = Integer("AuthCacheCtrlr", "LifeTime")
AUTH_CACHE_STORAGE = Integer("AuthCacheCtrlr", "Storage")
AUTH_CACHE_POLICY = Member("AuthCacheCtrlr", "Policy")
AUTH_CACHE_DISABLE_POST_AUTHORIZE = Boolean("AuthCacheCtrlr", "DisablePostAuthorize")

# D Local Authorization List
LOCAL_AUTH_LIST_AVAILABLE = Boolean("LocalAuthListCtrlr", "Available")
LOCAL_AUTH_LIST_ENABLED = Boolean("LocalAuthListCtrlr", "Enabled")
LOCAL_AUTH_LIST_ENTRIES = Integer("LocalAuthListCtrlr", "Entries")
ITEMS_PER_MESSAGE_SEND_LOCAL_LIST = Integer("LocalAuthListCtrlr", "ItemsPerMessage")
BYTES_PER_MESSAGE_SEND_LOCAL_LIST = Integer("LocalAuthListCtrlr", "BytesPerMessage")
LOCAL_AUTH_LIST_DISABLE_POST_AUTHORIZE = Boolean("LocalAuthListCtrlr", "DisablePostAuthorize")
LOCAL_AUTH_LIST_SUPPORTS_EXPIRY_DATE_TIME = Boolean("LocalAuthListCtrlr", "SupportsExpiryDateTime")

# E Transactions
EV_CONNECTION_TIME_OUT = Integer("TxCtrlr", "EVConnectionTimeOut")
STOP_TX_ON_EV_SIDE_DISCONNECT = Boolean("TxCtrlr", "StopTxOnEVSideDisconnect")
STOP_TX_ON_INVALID_ID = Boolean("TxCtrlr", "StopTxOnInvalidId")
MAX_ENERGY_ON_INVALID_ID = Integer("TxCtrlr", "MaxEnergyOnInvalidId")
TX_BEFORE_ACCEPTED_ENABLED = Boolean("TxCtrlr", "TxBeforeAcceptedEnabled")
TX_START_POINT = Members("TxCtrlr", "TxStartPoint")
TX_STOP_POINT = Members("TxCtrlr", "TxStopPoint")
TX_RESUMPTION_TIMEOUT = Integer("TxCtrlr", "ResumptionTimeout")
TX_ALLOW_ENERGY_TRANSFER_RESUMPTION = Boolean("TxCtrlr", "AllowEnergyTransferResumption")
TX_ENERGY_TRANSFER_RESUMPTION_RANDOM_RANGE = Integer(
    "TxCtrlr", "EnergyTransferResumptionRandomRange"
)
TX_SUPPORTED_LIMITS = Members("TxCtrlr", "SupportedLimits")

# G Availability, and what a Charging Station is made of
STATION_AVAILABLE = Boolean("ChargingStation", "Available")
STATION_AVAILABILITY_STATE = Member("ChargingStation", "AvailabilityState")
STATION_SUPPLY_PHASES = Integer("ChargingStation", "SupplyPhases")
STATION_PHASE_ROTATION = Text("ChargingStation", "PhaseRotation")
STATION_PROBLEM = Boolean("ChargingStation", "Problem")
VENDOR_NAME = Text("ChargingStation", "VendorName")
MODEL = Text("ChargingStation", "Model")
SERIAL_NUMBER = Text("ChargingStation", "SerialNumber")
FIRMWARE_VERSION = Text("ChargingStation", "FirmwareVersion")
ALLOW_NEW_SESSIONS_PENDING_FIRMWARE_UPDATE = Boolean(
    "ChargingStation", "AllowNewSessionsPendingFirmwareUpdate"
)
EVSE_AVAILABLE = Boolean("EVSE", "Available")
EVSE_AVAILABILITY_STATE = Member("EVSE", "AvailabilityState")
EVSE_SUPPLY_PHASES = Integer("EVSE", "SupplyPhases")
EVSE_PHASE_ROTATION = Text("EVSE", "PhaseRotation")
EVSE_POWER = Decimal("EVSE", "Power")
EVSE_POWER_TARGET = Decimal("EVSE", "Power", attribute=AttributeEnumType.TARGET)
EVSE_POWER_MAX_SET = Decimal("EVSE", "Power", attribute=AttributeEnumType.MAX_SET)
EVSE_ALLOW_RESET = Boolean("EVSE", "AllowReset")
EVSE_CHARGING_STATE = Member("EVSE", "ChargingState")
EVSE_ACTIVE_TRANSACTION_ID = Text("EVSE", "ActiveTransactionId")
EVSE_PROBLEM = Boolean("EVSE", "Problem")
CONNECTOR_AVAILABLE = Boolean("Connector", "Available")
CONNECTOR_AVAILABILITY_STATE = Member("Connector", "AvailabilityState")
CONNECTOR_TYPE = Text("Connector", "ConnectorType")
CONNECTOR_SUPPLY_PHASES = Integer("Connector", "SupplyPhases")
CONNECTOR_PHASE_ROTATION = Text("Connector", "PhaseRotation")
RETENTION_LOCK_PROBLEM = Boolean("ConnectorPlugRetentionLock", "Problem")

# H Reservation
RESERVATION_AVAILABLE = Boolean("ReservationCtrlr", "Available")
RESERVATION_ENABLED = Boolean("ReservationCtrlr", "Enabled")
RESERVATION_NON_EVSE_SPECIFIC = Boolean("ReservationCtrlr", "NonEvseSpecific")

# J Meter values
SAMPLED_DATA_AVAILABLE = Boolean("SampledDataCtrlr", "Available")
SAMPLED_DATA_ENABLED = Boolean("SampledDataCtrlr", "Enabled")
SAMPLED_DATA_TX_STARTED_MEASURANDS = Members("SampledDataCtrlr", "TxStartedMeasurands")
SAMPLED_DATA_TX_UPDATED_MEASURANDS = Members("SampledDataCtrlr", "TxUpdatedMeasurands")
SAMPLED_DATA_TX_UPDATED_INTERVAL = Integer("SampledDataCtrlr", "TxUpdatedInterval")
SAMPLED_DATA_TX_ENDED_MEASURANDS = Members("SampledDataCtrlr", "TxEndedMeasurands")
SAMPLED_DATA_TX_ENDED_INTERVAL = Integer("SampledDataCtrlr", "TxEndedInterval")
SAMPLED_DATA_SIGN_READINGS = Boolean("SampledDataCtrlr", "SignReadings")
SAMPLED_DATA_SIGN_STARTED_READINGS = Boolean("SampledDataCtrlr", "SignStartedReadings")
SAMPLED_DATA_SIGN_UPDATED_READINGS = Boolean("SampledDataCtrlr", "SignUpdatedReadings")
SAMPLED_DATA_REGISTER_VALUES_WITHOUT_PHASES = Boolean(
    "SampledDataCtrlr", "RegisterValuesWithoutPhases"
)
ALIGNED_DATA_AVAILABLE = Boolean("AlignedDataCtrlr", "Available")
ALIGNED_DATA_ENABLED = Boolean("AlignedDataCtrlr", "Enabled")
ALIGNED_DATA_MEASURANDS = Members("AlignedDataCtrlr", "Measurands")
ALIGNED_DATA_INTERVAL = Integer("AlignedDataCtrlr", "Interval")
ALIGNED_DATA_SEND_DURING_IDLE = Boolean("AlignedDataCtrlr", "SendDuringIdle")
ALIGNED_DATA_SIGN_READINGS = Boolean("AlignedDataCtrlr", "SignReadings")
ALIGNED_DATA_SIGN_UPDATED_READINGS = Boolean("AlignedDataCtrlr", "SignUpdatedReadings")
ALIGNED_DATA_TX_ENDED_MEASURANDS = Members("AlignedDataCtrlr", "TxEndedMeasurands")
ALIGNED_DATA_TX_ENDED_INTERVAL = Integer("AlignedDataCtrlr", "TxEndedInterval")
FISCAL_METER_PUBLIC_KEY = Text("FiscalMetering", "PublicKey")

# N Diagnostics
MONITORING_AVAILABLE = Boolean("MonitoringCtrlr", "Available")
MONITORING_ENABLED = Boolean("MonitoringCtrlr", "Enabled")
ITEMS_PER_MESSAGE_SET_VARIABLE_MONITORING = Integer(
    "MonitoringCtrlr", "ItemsPerMessage", "SetVariableMonitoring"
)
ITEMS_PER_MESSAGE_CLEAR_VARIABLE_MONITORING = Integer(
    "MonitoringCtrlr", "ItemsPerMessage", "ClearVariableMonitoring"
)
BYTES_PER_MESSAGE_SET_VARIABLE_MONITORING = Integer(
    "MonitoringCtrlr", "BytesPerMessage", "SetVariableMonitoring"
)
BYTES_PER_MESSAGE_CLEAR_VARIABLE_MONITORING = Integer(
    "MonitoringCtrlr", "BytesPerMessage", "ClearVariableMonitoring"
)
OFFLINE_QUEUING_SEVERITY = Integer("MonitoringCtrlr", "OfflineQueuingSeverity")
ACTIVE_MONITORING_BASE = Member("MonitoringCtrlr", "ActiveMonitoringBase")
ACTIVE_MONITORING_LEVEL = Integer("MonitoringCtrlr", "ActiveMonitoringLevel")
MAX_PERIODIC_EVENT_STREAMS = Integer("MonitoringCtrlr", "MaxPeriodicEventStreams")

# O Display messages
DISPLAY_MESSAGE_AVAILABLE = Boolean("DisplayMessageCtrlr", "Available")
DISPLAY_MESSAGE_ENABLED = Boolean("DisplayMessageCtrlr", "Enabled")
NUMBER_OF_DISPLAY_MESSAGES = Integer("DisplayMessageCtrlr", "DisplayMessages")
DISPLAY_MESSAGE_SUPPORTED_FORMATS = Members("DisplayMessageCtrlr", "SupportedFormats")
DISPLAY_MESSAGE_SUPPORTED_PRIORITIES = Members("DisplayMessageCtrlr", "SupportedPriorities")
DISPLAY_MESSAGE_SUPPORTED_STATES = Members("DisplayMessageCtrlr", "SupportedStates")
DISPLAY_MESSAGE_LANGUAGE = Member("DisplayMessageCtrlr", "Language")

# What this kind of station does not do
TARIFF_AVAILABLE = Boolean("TariffCostCtrlr", "Available", "Tariff")
COST_AVAILABLE = Boolean("TariffCostCtrlr", "Available", "Cost")
SMART_CHARGING_AVAILABLE = Boolean("SmartChargingCtrlr", "Available")
