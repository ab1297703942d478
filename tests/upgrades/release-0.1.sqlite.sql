BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('1bf6c3a3-f446-4117-8ff4-a27534df786b','jobs-1',1795249350000,1795249350000,'imagine-bot');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE imagine_budget (
	id INTEGER NOT NULL, 
	deployment VARCHAR(255) NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE imagine_calls (
	id INTEGER NOT NULL, 
	job VARCHAR(32) NOT NULL, 
	part INTEGER NOT NULL, 
	model VARCHAR(64) NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "imagine_calls" VALUES(1,'rzfvsdlfdqbsir6c',0,'gpt-image-2.6-sunburst','painted',1795262400.0);
INSERT INTO "imagine_calls" VALUES(2,'qorpntvj6ppy3vxt',0,'','started',1795262400.0);
INSERT INTO "imagine_calls" VALUES(3,'omqklcvlzb4vnou3',0,'','started',1795262400.0);
INSERT INTO "imagine_calls" VALUES(4,'zyozhj6ngtvggpzz',0,'gpt-image-2.6-sunburst','painted',1795262400.0);
CREATE TABLE imagine_facts (
	workspace VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (workspace, name)
);
CREATE TABLE imagine_files (
	job VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	part INTEGER NOT NULL, 
	file VARCHAR(64) NOT NULL, 
	PRIMARY KEY (job, kind, part)
);
INSERT INTO "imagine_files" VALUES('rzfvsdlfdqbsir6c','sent',0,'F2');
INSERT INTO "imagine_files" VALUES('rzfvsdlfdqbsir6c','shown',0,'F2');
INSERT INTO "imagine_files" VALUES('zyozhj6ngtvggpzz','sent',0,'F7');
CREATE TABLE imagine_inputs (
	job VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (job, number)
);
CREATE TABLE "imagine_jobs" (
	id VARCHAR(32) NOT NULL, 
	workspace VARCHAR(64) NOT NULL, 
	person VARCHAR(255) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	round INTEGER NOT NULL, 
	parts INTEGER NOT NULL, 
	queued BOOLEAN NOT NULL, 
	created_at FLOAT NOT NULL, 
	changed_at FLOAT NOT NULL, 
	body TEXT NOT NULL, 
	why TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "imagine_jobs" VALUES('rzfvsdlfdqbsir6c','T1','UANN','done',0,1,1,1795262400.0,1795262400.0,'{"id":"rzfvsdlfdqbsir6c","kind":"imagine","state":"waiting","request":{"prompt":"a finished fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a finished fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
INSERT INTO "imagine_jobs" VALUES('qorpntvj6ppy3vxt','T1','UANN','failed',0,1,1,1795262400.0,1795262400.0,'{"id":"qorpntvj6ppy3vxt","kind":"imagine","state":"waiting","request":{"prompt":"a failed fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a failed fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','{"key":"say.bug","values":{}}');
INSERT INTO "imagine_jobs" VALUES('n6yeic3fzwdlawu3','T1','UANN','held',0,2,0,1795262400.0,1795262400.0,'{"id":"n6yeic3fzwdlawu3","kind":"imagine","state":"held","request":{"prompt":"a {held,kept} fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a held fox","a kept fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
INSERT INTO "imagine_jobs" VALUES('omqklcvlzb4vnou3','T1','UBOB','painting',0,1,1,1795262400.0,1795262400.0,'{"id":"omqklcvlzb4vnou3","kind":"imagine","state":"waiting","request":{"prompt":"a fox being painted","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a fox being painted"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
INSERT INTO "imagine_jobs" VALUES('zyozhj6ngtvggpzz','T1','UANN','painted',0,1,1,1795262400.0,1795262400.0,'{"id":"zyozhj6ngtvggpzz","kind":"imagine","state":"waiting","request":{"prompt":"a painted fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a painted fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
INSERT INTO "imagine_jobs" VALUES('lnw2o7ztscdc2267','T1','UANN','waiting',0,1,1,1795262400.0,1795262400.0,'{"id":"lnw2o7ztscdc2267","kind":"imagine","state":"waiting","request":{"prompt":"a waiting fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a waiting fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
INSERT INTO "imagine_jobs" VALUES('irnf3msoev3liwrf','T1','UBOB','waiting',0,1,0,1795262400.0,1795262400.0,'{"id":"irnf3msoev3liwrf","kind":"imagine","state":"waiting","request":{"prompt":"a recorded fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a recorded fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}','');
CREATE TABLE imagine_keys (
	"key" VARCHAR(255) NOT NULL, 
	job VARCHAR(32) NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "imagine_keys" VALUES('said:1','rzfvsdlfdqbsir6c',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:3','qorpntvj6ppy3vxt',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:5','n6yeic3fzwdlawu3',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:7','omqklcvlzb4vnou3',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:9','zyozhj6ngtvggpzz',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:11','lnw2o7ztscdc2267',1795262400.0);
INSERT INTO "imagine_keys" VALUES('said:13','irnf3msoev3liwrf',1795262400.0);
CREATE TABLE imagine_line (
	deployment VARCHAR(255) NOT NULL, 
	job VARCHAR(32) NOT NULL, 
	part INTEGER NOT NULL, 
	person VARCHAR(129) NOT NULL, 
	turn INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	weight INTEGER NOT NULL, 
	PRIMARY KEY (deployment, job, part)
);
CREATE TABLE "imagine_messages" (
	job VARCHAR(32) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	intended_at FLOAT NOT NULL, 
	channel VARCHAR(512) NOT NULL, 
	message VARCHAR(64) NOT NULL, 
	thread VARCHAR(64) NOT NULL, 
	PRIMARY KEY (job, role)
);
INSERT INTO "imagine_messages" VALUES('rzfvsdlfdqbsir6c','result',1795262400.0,'C1','3.0','');
INSERT INTO "imagine_messages" VALUES('qorpntvj6ppy3vxt','placeholder',1795262400.0,'C1','4.0','');
INSERT INTO "imagine_messages" VALUES('omqklcvlzb4vnou3','placeholder',1795262400.0,'C1','5.0','');
INSERT INTO "imagine_messages" VALUES('zyozhj6ngtvggpzz','placeholder',1795262400.0,'C1','6.0','');
INSERT INTO "imagine_messages" VALUES('lnw2o7ztscdc2267','placeholder',1795262400.0,'C1','8.0','');
INSERT INTO "imagine_messages" VALUES('irnf3msoev3liwrf','placeholder',1795262400.0,'','','');
CREATE TABLE imagine_painted (
	job VARCHAR(32) NOT NULL, 
	part INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (job, part)
);
INSERT INTO "imagine_painted" VALUES('rzfvsdlfdqbsir6c',0,'{"pictures":[{"blob":"rz/rzfvsdlfdqbsir6c/911a7a25c0164084b7e26b4ddd74c169.png","media_type":"image/png","width":8,"height":6,"size":77,"prompt":"a finished fox","model_file":null,"seam":null}],"model":"gpt-image-2.6-sunburst","service":"openai","quality":"high","revised_prompt":"","usage":{"text_in":10,"image_in":0,"out":4160},"cost":"0.16","seconds":0.5,"rest":0.0}',1795262400.0);
INSERT INTO "imagine_painted" VALUES('zyozhj6ngtvggpzz',0,'{"pictures":[{"blob":"zy/zyozhj6ngtvggpzz/8c85131525db46f4a1cb0590addf41c4.png","media_type":"image/png","width":8,"height":6,"size":77,"prompt":"a painted fox","model_file":null,"seam":null}],"model":"gpt-image-2.6-sunburst","service":"openai","quality":"high","revised_prompt":"","usage":{"text_in":10,"image_in":0,"out":4160},"cost":"0.16","seconds":0.5,"rest":0.0}',1795262400.0);
CREATE TABLE imagine_pauses (
	deployment VARCHAR(255) NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (deployment)
);
CREATE TABLE imagine_slack_bots (
	id INTEGER NOT NULL, 
	client_id VARCHAR(32) NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32), 
	enterprise_name VARCHAR(200), 
	team_id VARCHAR(32), 
	team_name VARCHAR(200), 
	bot_token TEXT, 
	bot_id VARCHAR(32), 
	bot_user_id VARCHAR(32), 
	bot_scopes VARCHAR(1000), 
	bot_refresh_token TEXT, 
	bot_token_expires_at DATETIME, 
	is_enterprise_install BOOLEAN NOT NULL, 
	installed_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE imagine_slack_installations (
	id INTEGER NOT NULL, 
	client_id VARCHAR(32) NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32), 
	enterprise_name VARCHAR(200), 
	team_id VARCHAR(32), 
	team_name VARCHAR(200), 
	enterprise_url VARCHAR(200), 
	bot_token TEXT, 
	bot_id VARCHAR(32), 
	bot_user_id VARCHAR(32), 
	bot_scopes VARCHAR(1000), 
	bot_refresh_token TEXT, 
	bot_token_expires_at DATETIME, 
	user_id VARCHAR(32) NOT NULL, 
	user_token TEXT, 
	user_scopes VARCHAR(1000), 
	user_refresh_token TEXT, 
	user_token_expires_at DATETIME, 
	incoming_webhook_url TEXT, 
	incoming_webhook_channel VARCHAR(200), 
	incoming_webhook_channel_id VARCHAR(200), 
	incoming_webhook_configuration_url VARCHAR(200), 
	token_type VARCHAR(32), 
	is_enterprise_install BOOLEAN NOT NULL, 
	installed_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE imagine_slack_states (
	id INTEGER NOT NULL, 
	state VARCHAR(200) NOT NULL, 
	expire_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE imagine_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT imagine_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "imagine_version" VALUES('0006');
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('paint-rzfvsdlfdqbsir6c-0',1,'paint-0','gASVmwAAAAAAAACMl3sid2FpdCI6IG51bGwsICJ0cmllcyI6IHsiYnVzeSI6IDAsICJ1bnJlYWNoZWQiOiAwLCAiYnJva2VuIjogMCwgIndhaXRlZCI6IDAuMH0sICJ3aHkiOiAiIiwgInZhbHVlcyI6IHt9LCAiZmF1bHQiOiAiIiwgInJlYXNvbnMiOiBbXSwgInN0b3BwZWQiOiBmYWxzZX2ULg==',NULL,NULL,1795249351680,1795249351768,'py_pickle','imagine-bot',1795249351000);
INSERT INTO "operation_outputs" VALUES('paint-qorpntvj6ppy3vxt-0',1,'paint-0','gASVBAAAAAAAAACMAJQu',NULL,NULL,1795249352571,1795249354255,'py_pickle','imagine-bot',1795249354000);
INSERT INTO "operation_outputs" VALUES('paint-zyozhj6ngtvggpzz-0',1,'paint-0','gASVmwAAAAAAAACMl3sid2FpdCI6IG51bGwsICJ0cmllcyI6IHsiYnVzeSI6IDAsICJ1bnJlYWNoZWQiOiAwLCAiYnJva2VuIjogMCwgIndhaXRlZCI6IDAuMH0sICJ3aHkiOiAiIiwgInZhbHVlcyI6IHt9LCAiZmF1bHQiOiAiIiwgInJlYXNvbnMiOiBbXSwgInN0b3BwZWQiOiBmYWxzZX2ULg==',NULL,NULL,1795249354389,1795249354397,'py_pickle','imagine-bot',1795249354000);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('D432EEA9BB149BE630A63ED52DD7AB15','imagine',32,32,NULL,NULL,1,1,0.05,1795249350000,1795249350585,'imagine-bot',1,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('paint-rzfvsdlfdqbsir6c-0','{"namedArgs":{},"positionalArgs":["rzfvsdlfdqbsir6c",0,1]}',1795249350000);
INSERT INTO "workflow_input" VALUES('paint-qorpntvj6ppy3vxt-0','{"namedArgs":{},"positionalArgs":["qorpntvj6ppy3vxt",0,1]}',1795249352000);
INSERT INTO "workflow_input" VALUES('paint-omqklcvlzb4vnou3-0','{"namedArgs":{},"positionalArgs":["omqklcvlzb4vnou3",0,1]}',1795249354000);
INSERT INTO "workflow_input" VALUES('paint-zyozhj6ngtvggpzz-0','{"namedArgs":{},"positionalArgs":["zyozhj6ngtvggpzz",0,1]}',1795249354000);
INSERT INTO "workflow_input" VALUES('paint-lnw2o7ztscdc2267-0','{"namedArgs":{},"positionalArgs":["lnw2o7ztscdc2267",0,1]}',1795249354000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('paint-rzfvsdlfdqbsir6c-0','null',NULL,1795249351000);
INSERT INTO "workflow_output" VALUES('paint-qorpntvj6ppy3vxt-0','null',NULL,1795249354000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('paint-rzfvsdlfdqbsir6c-0','SUCCESS','paint',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795249350000,1795249351000,'jobs-1','',NULL,NULL,1,'imagine',NULL,NULL,NULL,1795249351000,NULL,0,'T1:UANN',NULL,NULL,NULL,'portable_json',NULL,0,0,1795249351000,'null',NULL,NULL,0,'imagine-bot','86602296-88f5-452e-8ee2-924aa94c936c');
INSERT INTO "workflow_status" VALUES('paint-qorpntvj6ppy3vxt-0','SUCCESS','paint',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795249352000,1795249354000,'jobs-1','',NULL,NULL,1,'imagine',NULL,NULL,NULL,1795249352000,NULL,0,'T1:UANN',NULL,NULL,NULL,'portable_json',NULL,0,0,1795249354000,'null',NULL,NULL,0,'imagine-bot','807c43bf-d0b8-4150-aef6-28f1947542a8');
INSERT INTO "workflow_status" VALUES('paint-omqklcvlzb4vnou3-0','PENDING','paint',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795249354000,1795249354000,'jobs-1','',NULL,NULL,1,'imagine',NULL,NULL,NULL,1795249354000,NULL,0,'T1:UBOB',NULL,'f4ea211d-fe2f-432b-9eb9-b2b100c6e8fc',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'imagine-bot','eca04027-b702-4dff-b844-70e4c2d60718');
INSERT INTO "workflow_status" VALUES('paint-zyozhj6ngtvggpzz-0','PENDING','paint',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795249354000,1795249354000,'jobs-1','',NULL,NULL,1,'imagine',NULL,NULL,NULL,1795249354000,NULL,0,'T1:UANN',NULL,'6206134d-3fd7-4df0-a359-8ee49b42dd4e',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'imagine-bot','c87f815f-7a4c-4a1c-86d0-fd2193a5749c');
INSERT INTO "workflow_status" VALUES('paint-lnw2o7ztscdc2267-0','ENQUEUED','paint',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795249354000,1795249354000,'jobs-1','',NULL,NULL,0,'imagine',NULL,NULL,NULL,NULL,NULL,0,'T1:UANN',NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'imagine-bot','22352eb0-e7d3-48db-9329-9acc77063e0f');
CREATE INDEX ix_imagine_calls_job ON imagine_calls (job);
CREATE INDEX imagine_budget_deployment ON imagine_budget (deployment, at);
CREATE INDEX imagine_keys_job ON imagine_keys (job);
CREATE INDEX imagine_slack_bots_where ON imagine_slack_bots (client_id, team_id, enterprise_id);
CREATE INDEX imagine_slack_installations_where ON imagine_slack_installations (client_id, team_id, enterprise_id);
CREATE INDEX ix_imagine_slack_states_state ON imagine_slack_states (state);
CREATE INDEX imagine_jobs_person ON imagine_jobs (workspace, person, state);
CREATE INDEX imagine_jobs_state ON imagine_jobs (state, created_at);
CREATE INDEX imagine_jobs_changed ON imagine_jobs (changed_at);
CREATE INDEX imagine_messages_place ON imagine_messages (channel, message);
CREATE INDEX imagine_messages_thread ON imagine_messages (channel, thread);
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
