-- Units in a table, scored by a view: whoever asks it has the scores of what the table holds at that moment.
-- Runs as it stands on an empty database: psql -f examples/postgres_view.sql

CREATE TABLE units (
  unit text PRIMARY KEY,
  network_cloud_platforms bigint, -- 经认定的基础网络和云平台（已建成、可访问）
  information_resource_platforms bigint, -- 经认定的信息资源服务平台（已建成、可访问）
  application_system_platforms bigint, -- 经认定的公共应用系统平台（已建成、可访问）
  security_service_platforms bigint, -- 经认定的安全保障服务平台（已建成、可访问）
  counties_without_operations bigint, -- 未建立运维组织或未配备人员的县（区）
  roll_call_absences bigint, -- 会前半天或会前两小时点名时缺席、迟到（含县市区，逐会场、逐次计）
  venue_faults bigint, -- 会场布置、图像、画面或音视频不合要求（含县市区，逐会场、逐次计）
  attendee_misconduct bigint, -- 参会人员违反会场纪律，如交谈、睡觉、抽烟、看书报、玩手机（含县市区）
  hd_rooms_missing bigint, -- 高清视频会议室缺额（每个县市区应有三个）
  hd_room_items_missing bigint, -- 已有的高清视频会议室所缺设备（逐室、逐项计）
  counties_without_video_contacts bigint, -- 缺分管领导或缺视频会议专职人员的县市区
  cooperation_failures bigint, -- 安装调测时无技术人员配合、配合差，或无故缺席全省大联调（含县市区）
  namings_by_provincial_leaders bigint, -- 因视频会议被省政府领导点名批评（含县市区）
  accepted_systems_without_grading bigint, -- 本年度验收项目中等级保护未落实的信息系统（辖区内）
  critical_vulnerability_notices bigint, -- 关键信息基础设施或重要信息系统重大安全漏洞被省级通报
  extranet_access_notices bigint, -- 违规接入政务外网被省级通报
  commercial_cryptography_notices bigint -- 关键信息基础设施或重要信息系统商用密码应用未落实被省级通报
);

INSERT INTO units VALUES
  ('甲市', 5, 5, 7, 2, 1, 2, 3, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0),
  ('乙市', 4, 5, 6, 2, 2, 5, 4, 2, 2, 3, 0, 1, 0, 1, 1, 0, 0),
  ('丙市', 4, 4, 6, 2, 3, 7, 6, 4, 5, 6, 1, 1, 0, 1, 1, 0, 1),
  ('丁市', 4, 4, 5, 1, 2, 3, 12, 9, 8, 7, 1, 2, 1, 0, 2, 1, 0);

-- egov-scoring sql 2019/city --dialect postgres --view scores --keep unit
-- 2019/city: 2019年度设区市政府电子政务绩效考核（综合应用部分）
-- sha256:e0d8f45978bf5a85710ee70a7bcb0afc1db231f02767f2bdb2b4e8fc1b871e05
CREATE OR REPLACE VIEW "scores" AS
WITH
stated AS (
  SELECT
    units."unit" AS "kept unit",
    units."network_cloud_platforms" AS "stated network_cloud_platforms",
    units."information_resource_platforms" AS "stated information_resource_platforms",
    units."application_system_platforms" AS "stated application_system_platforms",
    units."security_service_platforms" AS "stated security_service_platforms",
    units."counties_without_operations" AS "stated counties_without_operations",
    units."roll_call_absences" AS "stated roll_call_absences",
    units."venue_faults" AS "stated venue_faults",
    units."attendee_misconduct" AS "stated attendee_misconduct",
    units."hd_rooms_missing" AS "stated hd_rooms_missing",
    units."hd_room_items_missing" AS "stated hd_room_items_missing",
    units."counties_without_video_contacts" AS "stated counties_without_video_contacts",
    units."cooperation_failures" AS "stated cooperation_failures",
    units."namings_by_provincial_leaders" AS "stated namings_by_provincial_leaders",
    units."accepted_systems_without_grading" AS "stated accepted_systems_without_grading",
    units."critical_vulnerability_notices" AS "stated critical_vulnerability_notices",
    units."extranet_access_notices" AS "stated extranet_access_notices",
    units."commercial_cryptography_notices" AS "stated commercial_cryptography_notices",
    CASE WHEN CAST(units."network_cloud_platforms" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."network_cloud_platforms" AS text) AS numeric) END AS "read network_cloud_platforms",
    CASE WHEN CAST(units."information_resource_platforms" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."information_resource_platforms" AS text) AS numeric) END AS "read information_resource_platforms",
    CASE WHEN CAST(units."application_system_platforms" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."application_system_platforms" AS text) AS numeric) END AS "read application_system_platforms",
    CASE WHEN CAST(units."security_service_platforms" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."security_service_platforms" AS text) AS numeric) END AS "read security_service_platforms",
    CASE WHEN CAST(units."counties_without_operations" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."counties_without_operations" AS text) AS numeric) END AS "read counties_without_operations",
    CASE WHEN CAST(units."roll_call_absences" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."roll_call_absences" AS text) AS numeric) END AS "read roll_call_absences",
    CASE WHEN CAST(units."venue_faults" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."venue_faults" AS text) AS numeric) END AS "read venue_faults",
    CASE WHEN CAST(units."attendee_misconduct" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."attendee_misconduct" AS text) AS numeric) END AS "read attendee_misconduct",
    CASE WHEN CAST(units."hd_rooms_missing" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."hd_rooms_missing" AS text) AS numeric) END AS "read hd_rooms_missing",
    CASE WHEN CAST(units."hd_room_items_missing" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."hd_room_items_missing" AS text) AS numeric) END AS "read hd_room_items_missing",
    CASE WHEN CAST(units."counties_without_video_contacts" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."counties_without_video_contacts" AS text) AS numeric) END AS "read counties_without_video_contacts",
    CASE WHEN CAST(units."cooperation_failures" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."cooperation_failures" AS text) AS numeric) END AS "read cooperation_failures",
    CASE WHEN CAST(units."namings_by_provincial_leaders" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."namings_by_provincial_leaders" AS text) AS numeric) END AS "read namings_by_provincial_leaders",
    CASE WHEN CAST(units."accepted_systems_without_grading" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."accepted_systems_without_grading" AS text) AS numeric) END AS "read accepted_systems_without_grading",
    CASE WHEN CAST(units."critical_vulnerability_notices" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."critical_vulnerability_notices" AS text) AS numeric) END AS "read critical_vulnerability_notices",
    CASE WHEN CAST(units."extranet_access_notices" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."extranet_access_notices" AS text) AS numeric) END AS "read extranet_access_notices",
    CASE WHEN CAST(units."commercial_cryptography_notices" AS text) ~ '^(-?(0|[1-9][0-9]{0,25})([.]0+)?)$' THEN CAST(CAST(units."commercial_cryptography_notices" AS text) AS numeric) END AS "read commercial_cryptography_notices"
  FROM "units" AS units
  OFFSET 0
),
fitting AS (
  SELECT
    *,
    CASE WHEN "read network_cloud_platforms" BETWEEN 0 AND 1000000 THEN CAST("read network_cloud_platforms" AS bigint) END AS "network_cloud_platforms",
    CASE WHEN "read information_resource_platforms" BETWEEN 0 AND 1000000 THEN CAST("read information_resource_platforms" AS bigint) END AS "information_resource_platforms",
    CASE WHEN "read application_system_platforms" BETWEEN 0 AND 1000000 THEN CAST("read application_system_platforms" AS bigint) END AS "application_system_platforms",
    CASE WHEN "read security_service_platforms" BETWEEN 0 AND 1000000 THEN CAST("read security_service_platforms" AS bigint) END AS "security_service_platforms",
    CASE WHEN "read counties_without_operations" BETWEEN 0 AND 1000000 THEN CAST("read counties_without_operations" AS bigint) END AS "counties_without_operations",
    CASE WHEN "read roll_call_absences" BETWEEN 0 AND 1000000 THEN CAST("read roll_call_absences" AS bigint) END AS "roll_call_absences",
    CASE WHEN "read venue_faults" BETWEEN 0 AND 1000000 THEN CAST("read venue_faults" AS bigint) END AS "venue_faults",
    CASE WHEN "read attendee_misconduct" BETWEEN 0 AND 1000000 THEN CAST("read attendee_misconduct" AS bigint) END AS "attendee_misconduct",
    CASE WHEN "read hd_rooms_missing" BETWEEN 0 AND 1000000 THEN CAST("read hd_rooms_missing" AS bigint) END AS "hd_rooms_missing",
    CASE WHEN "read hd_room_items_missing" BETWEEN 0 AND 1000000 THEN CAST("read hd_room_items_missing" AS bigint) END AS "hd_room_items_missing",
    CASE WHEN "read counties_without_video_contacts" BETWEEN 0 AND 1000000 THEN CAST("read counties_without_video_contacts" AS bigint) END AS "counties_without_video_contacts",
    CASE WHEN "read cooperation_failures" BETWEEN 0 AND 1000000 THEN CAST("read cooperation_failures" AS bigint) END AS "cooperation_failures",
    CASE WHEN "read namings_by_provincial_leaders" BETWEEN 0 AND 1000000 THEN CAST("read namings_by_provincial_leaders" AS bigint) END AS "namings_by_provincial_leaders",
    CASE WHEN "read accepted_systems_without_grading" BETWEEN 0 AND 1000000 THEN CAST("read accepted_systems_without_grading" AS bigint) END AS "accepted_systems_without_grading",
    CASE WHEN "read critical_vulnerability_notices" BETWEEN 0 AND 1000000 THEN CAST("read critical_vulnerability_notices" AS bigint) END AS "critical_vulnerability_notices",
    CASE WHEN "read extranet_access_notices" BETWEEN 0 AND 1000000 THEN CAST("read extranet_access_notices" AS bigint) END AS "extranet_access_notices",
    CASE WHEN "read commercial_cryptography_notices" BETWEEN 0 AND 1000000 THEN CAST("read commercial_cryptography_notices" AS bigint) END AS "commercial_cryptography_notices"
  FROM stated
  OFFSET 0
),
facts AS (
  SELECT
    *,
    CASE WHEN "network_cloud_platforms" IS NULL
        OR "information_resource_platforms" IS NULL
        OR "application_system_platforms" IS NULL
        OR "security_service_platforms" IS NULL
        OR "counties_without_operations" IS NULL
        OR "roll_call_absences" IS NULL
        OR "venue_faults" IS NULL
        OR "attendee_misconduct" IS NULL
        OR "hd_rooms_missing" IS NULL
        OR "hd_room_items_missing" IS NULL
        OR "counties_without_video_contacts" IS NULL
        OR "cooperation_failures" IS NULL
        OR "namings_by_provincial_leaders" IS NULL
        OR "accepted_systems_without_grading" IS NULL
        OR "critical_vulnerability_notices" IS NULL
        OR "extranet_access_notices" IS NULL
        OR "commercial_cryptography_notices" IS NULL THEN NULLIF(concat_ws('; ',
      CASE WHEN "network_cloud_platforms" IS NOT NULL THEN NULL WHEN "stated network_cloud_platforms" IS NULL THEN 'missing-fact: network_cloud_platforms' WHEN "read network_cloud_platforms" IS NOT NULL THEN 'out-of-range: network_cloud_platforms' WHEN CAST("stated network_cloud_platforms" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: network_cloud_platforms' ELSE 'wrong-type: network_cloud_platforms' END,
      CASE WHEN "information_resource_platforms" IS NOT NULL THEN NULL WHEN "stated information_resource_platforms" IS NULL THEN 'missing-fact: information_resource_platforms' WHEN "read information_resource_platforms" IS NOT NULL THEN 'out-of-range: information_resource_platforms' WHEN CAST("stated information_resource_platforms" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: information_resource_platforms' ELSE 'wrong-type: information_resource_platforms' END,
      CASE WHEN "application_system_platforms" IS NOT NULL THEN NULL WHEN "stated application_system_platforms" IS NULL THEN 'missing-fact: application_system_platforms' WHEN "read application_system_platforms" IS NOT NULL THEN 'out-of-range: application_system_platforms' WHEN CAST("stated application_system_platforms" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: application_system_platforms' ELSE 'wrong-type: application_system_platforms' END,
      CASE WHEN "security_service_platforms" IS NOT NULL THEN NULL WHEN "stated security_service_platforms" IS NULL THEN 'missing-fact: security_service_platforms' WHEN "read security_service_platforms" IS NOT NULL THEN 'out-of-range: security_service_platforms' WHEN CAST("stated security_service_platforms" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: security_service_platforms' ELSE 'wrong-type: security_service_platforms' END,
      CASE WHEN "counties_without_operations" IS NOT NULL THEN NULL WHEN "stated counties_without_operations" IS NULL THEN 'missing-fact: counties_without_operations' WHEN "read counties_without_operations" IS NOT NULL THEN 'out-of-range: counties_without_operations' WHEN CAST("stated counties_without_operations" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: counties_without_operations' ELSE 'wrong-type: counties_without_operations' END,
      CASE WHEN "roll_call_absences" IS NOT NULL THEN NULL WHEN "stated roll_call_absences" IS NULL THEN 'missing-fact: roll_call_absences' WHEN "read roll_call_absences" IS NOT NULL THEN 'out-of-range: roll_call_absences' WHEN CAST("stated roll_call_absences" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: roll_call_absences' ELSE 'wrong-type: roll_call_absences' END,
      CASE WHEN "venue_faults" IS NOT NULL THEN NULL WHEN "stated venue_faults" IS NULL THEN 'missing-fact: venue_faults' WHEN "read venue_faults" IS NOT NULL THEN 'out-of-range: venue_faults' WHEN CAST("stated venue_faults" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: venue_faults' ELSE 'wrong-type: venue_faults' END,
      CASE WHEN "attendee_misconduct" IS NOT NULL THEN NULL WHEN "stated attendee_misconduct" IS NULL THEN 'missing-fact: attendee_misconduct' WHEN "read attendee_misconduct" IS NOT NULL THEN 'out-of-range: attendee_misconduct' WHEN CAST("stated attendee_misconduct" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: attendee_misconduct' ELSE 'wrong-type: attendee_misconduct' END,
      CASE WHEN "hd_rooms_missing" IS NOT NULL THEN NULL WHEN "stated hd_rooms_missing" IS NULL THEN 'missing-fact: hd_rooms_missing' WHEN "read hd_rooms_missing" IS NOT NULL THEN 'out-of-range: hd_rooms_missing' WHEN CAST("stated hd_rooms_missing" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: hd_rooms_missing' ELSE 'wrong-type: hd_rooms_missing' END,
      CASE WHEN "hd_room_items_missing" IS NOT NULL THEN NULL WHEN "stated hd_room_items_missing" IS NULL THEN 'missing-fact: hd_room_items_missing' WHEN "read hd_room_items_missing" IS NOT NULL THEN 'out-of-range: hd_room_items_missing' WHEN CAST("stated hd_room_items_missing" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: hd_room_items_missing' ELSE 'wrong-type: hd_room_items_missing' END,
      CASE WHEN "counties_without_video_contacts" IS NOT NULL THEN NULL WHEN "stated counties_without_video_contacts" IS NULL THEN 'missing-fact: counties_without_video_contacts' WHEN "read counties_without_video_contacts" IS NOT NULL THEN 'out-of-range: counties_without_video_contacts' WHEN CAST("stated counties_without_video_contacts" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: counties_without_video_contacts' ELSE 'wrong-type: counties_without_video_contacts' END,
      CASE WHEN "cooperation_failures" IS NOT NULL THEN NULL WHEN "stated cooperation_failures" IS NULL THEN 'missing-fact: cooperation_failures' WHEN "read cooperation_failures" IS NOT NULL THEN 'out-of-range: cooperation_failures' WHEN CAST("stated cooperation_failures" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: cooperation_failures' ELSE 'wrong-type: cooperation_failures' END,
      CASE WHEN "namings_by_provincial_leaders" IS NOT NULL THEN NULL WHEN "stated namings_by_provincial_leaders" IS NULL THEN 'missing-fact: namings_by_provincial_leaders' WHEN "read namings_by_provincial_leaders" IS NOT NULL THEN 'out-of-range: namings_by_provincial_leaders' WHEN CAST("stated namings_by_provincial_leaders" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: namings_by_provincial_leaders' ELSE 'wrong-type: namings_by_provincial_leaders' END,
      CASE WHEN "accepted_systems_without_grading" IS NOT NULL THEN NULL WHEN "stated accepted_systems_without_grading" IS NULL THEN 'missing-fact: accepted_systems_without_grading' WHEN "read accepted_systems_without_grading" IS NOT NULL THEN 'out-of-range: accepted_systems_without_grading' WHEN CAST("stated accepted_systems_without_grading" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: accepted_systems_without_grading' ELSE 'wrong-type: accepted_systems_without_grading' END,
      CASE WHEN "critical_vulnerability_notices" IS NOT NULL THEN NULL WHEN "stated critical_vulnerability_notices" IS NULL THEN 'missing-fact: critical_vulnerability_notices' WHEN "read critical_vulnerability_notices" IS NOT NULL THEN 'out-of-range: critical_vulnerability_notices' WHEN CAST("stated critical_vulnerability_notices" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: critical_vulnerability_notices' ELSE 'wrong-type: critical_vulnerability_notices' END,
      CASE WHEN "extranet_access_notices" IS NOT NULL THEN NULL WHEN "stated extranet_access_notices" IS NULL THEN 'missing-fact: extranet_access_notices' WHEN "read extranet_access_notices" IS NOT NULL THEN 'out-of-range: extranet_access_notices' WHEN CAST("stated extranet_access_notices" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: extranet_access_notices' ELSE 'wrong-type: extranet_access_notices' END,
      CASE WHEN "commercial_cryptography_notices" IS NOT NULL THEN NULL WHEN "stated commercial_cryptography_notices" IS NULL THEN 'missing-fact: commercial_cryptography_notices' WHEN "read commercial_cryptography_notices" IS NOT NULL THEN 'out-of-range: commercial_cryptography_notices' WHEN CAST("stated commercial_cryptography_notices" AS text) ~ '^(-?[0-9]+[.][0-9]+)$' THEN 'not-whole: commercial_cryptography_notices' ELSE 'wrong-type: commercial_cryptography_notices' END
    ), '')
    END AS "what is wrong"
  FROM fitting
  OFFSET 0
),
points_1 AS (
  SELECT
    *,
    GREATEST(900 - 100 * "critical_vulnerability_notices" - 100 * "extranet_access_notices"
      - 100 * "commercial_cryptography_notices", 0) AS "points of critical_systems",
    GREATEST(600 - 100 * "accepted_systems_without_grading", 0) AS "points of project_security",
    GREATEST(200 - 20 * "cooperation_failures", 0) AS "points of video_cooperation",
    GREATEST(200 - 50 * "counties_without_video_contacts", 0) AS "points of video_contacts",
    GREATEST(200 - 10 * "hd_room_items_missing", 0) AS "points of video_equipment",
    GREATEST(100 - 5 * "hd_rooms_missing", 0) AS "points of video_rooms",
    GREATEST(200 - 5 * "venue_faults" - 5 * "attendee_misconduct", 0) AS "points of video_order",
    GREATEST(100 - 5 * "roll_call_absences", 0) AS "points of video_roll_call",
    GREATEST(600 - 50 * "counties_without_operations", 0) AS "points of operations",
    LEAST(200 * "security_service_platforms", 400) AS "points of security_platforms",
    LEAST(200 * "application_system_platforms", 1200) AS "points of application_systems",
    LEAST(200 * "information_resource_platforms", 1000) AS "points of information_resources",
    LEAST(200 * "network_cloud_platforms", 800) AS "points of network_cloud"
  FROM facts
  OFFSET 0
),
points_2 AS (
  SELECT
    *,
    "points of project_security" + "points of critical_systems" AS "points of security",
    GREATEST("points of video_roll_call" + "points of video_order" + "points of video_rooms"
      + "points of video_equipment" + "points of video_contacts" + "points of video_cooperation"
      - 50 * "namings_by_provincial_leaders", 0) AS "points of video",
    "points of network_cloud" + "points of information_resources" + "points of application_systems"
      + "points of security_platforms" + "points of operations" AS "points of platforms"
  FROM points_1
  OFFSET 0
),
points_3 AS (
  SELECT
    *,
    "points of network_cloud" + "points of information_resources" + "points of application_systems"
      + "points of security_platforms" + "points of operations" + "points of video" AS "points of application",
    "points of network_cloud" + "points of information_resources" + "points of application_systems"
      + "points of security_platforms" + "points of operations" + "points of video"
      + "points of project_security" + "points of critical_systems" AS "points of total"
  FROM points_2
  OFFSET 0
),
judged AS (
  SELECT
    *,
    CASE
      WHEN "what is wrong" IS NOT NULL THEN concat_ws('; ', "what is wrong")
      ELSE 'scored'
    END AS "the status"
  FROM points_3
  OFFSET 0
)
SELECT
  "kept unit" AS "unit",
  "the status" AS "status",
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of total" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "total", -- 2019年度设区市政府电子政务绩效考核（综合应用部分）
  CASE WHEN "the status" = 'scored' THEN CAST(CAST(6500 AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "max_applicable",
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of application" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "application", -- 信息化应用绩效
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of platforms" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "platforms", -- 公共平台应用和服务管理情况
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of network_cloud" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "network_cloud", -- 基础网络和云平台服务
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of information_resources" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "information_resources", -- 信息资源服务平台
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of application_systems" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "application_systems", -- 公共应用系统服务
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of security_platforms" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "security_platforms", -- 安全保障服务
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of operations" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "operations", -- 基础保障服务
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video", -- 视频会议
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_roll_call" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_roll_call", -- 会前调试点名
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_order" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_order", -- 会场秩序
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_rooms" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_rooms", -- 高清视频会议室配备
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_equipment" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_equipment", -- 高清视频会议室条件
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_contacts" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_contacts", -- 分管领导和专职人员
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of video_cooperation" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "video_cooperation", -- 安装调测和全省联调配合
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of security" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "security", -- 安全保障绩效
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of project_security" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "project_security", -- 信息化项目建设安全管理
  CASE WHEN "the status" = 'scored' THEN CAST(CAST("points of critical_systems" AS DECIMAL(15, 0)) * 0.01 AS DECIMAL(18, 2)) END AS "critical_systems" -- 关键信息基础设施和重要信息系统网络安全管理
FROM judged;

-- What everybody has, the best first.
SELECT unit, total, max_applicable, application, platforms, video FROM scores ORDER BY total DESC;

-- A correction is scored at once; what is wrong is said, and has no points.
UPDATE units SET counties_without_operations = counties_without_operations - 1 WHERE unit = '乙市';
UPDATE units SET network_cloud_platforms = NULL WHERE unit = '丙市';
SELECT unit, status, total FROM scores ORDER BY unit;
