--
-- PostgreSQL database dump
--

\restrict Ae7aREl9HBmYRHZvdwxXdvVhWfIE2AdcILa8Wrv2rjUJal9iALCfU3Oz5yJaqeZ

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: dbos; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA dbos;


--
-- Name: enqueue_workflow(text, text, json[], json, text, text, text, text, bigint, bigint, text, integer, text, text, text, bigint, text); Type: FUNCTION; Schema: dbos; Owner: -
--

CREATE FUNCTION dbos.enqueue_workflow(workflow_name text, queue_name text, positional_args json[] DEFAULT ARRAY[]::json[], named_args json DEFAULT '{}'::json, class_name text DEFAULT NULL::text, config_name text DEFAULT NULL::text, workflow_id text DEFAULT NULL::text, app_version text DEFAULT NULL::text, timeout_ms bigint DEFAULT NULL::bigint, deadline_epoch_ms bigint DEFAULT NULL::bigint, deduplication_id text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, queue_partition_key text DEFAULT NULL::text, authenticated_user text DEFAULT NULL::text, authenticated_roles text DEFAULT NULL::text, delay_until_epoch_ms bigint DEFAULT NULL::bigint, application_name text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_workflow_id TEXT;
    v_serialized_inputs TEXT;
    v_owner_xid TEXT;
    v_now BIGINT;
    v_recovery_attempts INT4 := 0;
    v_priority INT4;
    v_status TEXT;
BEGIN

    -- Validate required parameters
    IF workflow_name IS NULL OR workflow_name = '' THEN
        RAISE EXCEPTION 'Workflow name cannot be null or empty';
    END IF;
    IF queue_name IS NULL OR queue_name = '' THEN
        RAISE EXCEPTION 'Queue name cannot be null or empty';
    END IF;
    IF named_args IS NOT NULL AND jsonb_typeof(named_args::jsonb) != 'object' THEN
        RAISE EXCEPTION 'Named args must be a JSON object';
    END IF;
    IF workflow_id IS NOT NULL AND workflow_id = '' THEN
        RAISE EXCEPTION 'Workflow ID cannot be an empty string if provided.';
    END IF;
    IF delay_until_epoch_ms IS NOT NULL AND delay_until_epoch_ms < 0 THEN
        RAISE EXCEPTION 'delay_until_epoch_ms must be >= 0';
    END IF;

    v_workflow_id := COALESCE(workflow_id, gen_random_uuid()::TEXT);
    v_owner_xid := gen_random_uuid()::TEXT;
    v_priority := COALESCE(priority, 0);
    v_serialized_inputs := json_build_object(
        'positionalArgs', positional_args,
        'namedArgs', named_args
    )::TEXT;
    v_now := EXTRACT(epoch FROM now()) * 1000;
    v_status := CASE WHEN delay_until_epoch_ms IS NULL THEN 'ENQUEUED' ELSE 'DELAYED' END;

    INSERT INTO "dbos".workflow_status (
        workflow_uuid, status,
        name, class_name, config_name,
        queue_name, deduplication_id, priority, queue_partition_key,
        application_version,
        created_at, updated_at, recovery_attempts,
        workflow_timeout_ms, workflow_deadline_epoch_ms,
        parent_workflow_id, owner_xid, serialization,
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    ) VALUES (
        v_workflow_id, v_status,
        workflow_name, class_name, config_name,
        queue_name, deduplication_id, v_priority, queue_partition_key,
        app_version,
        v_now, v_now, v_recovery_attempts,
        timeout_ms, deadline_epoch_ms,
        NULL, v_owner_xid, 'portable_json',
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    )
    ON CONFLICT (workflow_uuid)
    DO UPDATE SET
        updated_at = EXCLUDED.updated_at;

    INSERT INTO "dbos".workflow_input (
        workflow_uuid, inputs, retention_timestamp
    ) VALUES (
        v_workflow_id, v_serialized_inputs, v_now
    )
    ON CONFLICT (workflow_uuid) DO NOTHING;

    RETURN v_workflow_id;

EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION 'DBOS queue duplicated'
            USING DETAIL = format('Workflow %s with queue %s and deduplication ID %s already exists', v_workflow_id, queue_name, deduplication_id),
                ERRCODE = 'unique_violation';
END;
$$;


--
-- Name: notifications_function(); Type: FUNCTION; Schema: dbos; Owner: -
--

CREATE FUNCTION dbos.notifications_function() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    payload text := NEW.destination_uuid || '::' || NEW.topic;
BEGIN
    PERFORM pg_notify('dbos_notifications_channel', payload);
    RETURN NEW;
END;
$$;


--
-- Name: send_message(text, json, text, text); Type: FUNCTION; Schema: dbos; Owner: -
--

CREATE FUNCTION dbos.send_message(destination_id text, message json, topic text DEFAULT NULL::text, message_id text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_topic TEXT := COALESCE(topic, '__null__topic__');
    v_message_id TEXT := COALESCE(message_id, gen_random_uuid()::TEXT);
BEGIN
    INSERT INTO "dbos".notifications (
        destination_uuid, topic, message, message_uuid, serialization
    ) VALUES (
        destination_id, v_topic, message, v_message_id, 'portable_json'
    )
    ON CONFLICT (message_uuid) DO NOTHING;
EXCEPTION
    WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'DBOS non-existent workflow'
            USING DETAIL = format('Destination workflow %s does not exist', destination_id),
                ERRCODE = 'foreign_key_violation';
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: application_versions; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.application_versions (
    version_id text NOT NULL,
    version_name text NOT NULL,
    version_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text
);


--
-- Name: dbos_migrations; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.dbos_migrations (
    version bigint NOT NULL
);


--
-- Name: event_dispatch_kv; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.event_dispatch_kv (
    service_name text NOT NULL,
    workflow_fn_name text NOT NULL,
    key text NOT NULL,
    value text,
    update_seq numeric(38,0),
    update_time numeric(38,15)
);


--
-- Name: notifications; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.notifications (
    message_uuid text DEFAULT gen_random_uuid() NOT NULL,
    destination_uuid text NOT NULL,
    topic text,
    message text NOT NULL,
    created_at_epoch_ms bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    serialization text,
    consumed boolean DEFAULT false NOT NULL,
    consumed_by_function_id integer
);


--
-- Name: operation_outputs; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.operation_outputs (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    function_name text DEFAULT ''::text NOT NULL,
    output text,
    error text,
    child_workflow_id text,
    started_at_epoch_ms bigint,
    completed_at_epoch_ms bigint,
    serialization text,
    application_name text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);


--
-- Name: queues; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.queues (
    queue_id text DEFAULT (gen_random_uuid())::text NOT NULL,
    name text NOT NULL,
    concurrency integer,
    worker_concurrency integer,
    rate_limit_max integer,
    rate_limit_period_sec double precision,
    priority_enabled boolean DEFAULT false NOT NULL,
    partition_queue boolean DEFAULT false NOT NULL,
    polling_interval_sec double precision DEFAULT 1.0 NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text,
    partition_concurrency integer,
    partition_worker_concurrency integer,
    partition_rate_limit_max integer,
    partition_rate_limit_period_sec double precision
);


--
-- Name: streams; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.streams (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    "offset" integer NOT NULL,
    function_id integer DEFAULT 0 NOT NULL,
    serialization text
);


--
-- Name: workflow_events; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_events (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);


--
-- Name: workflow_events_history; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_events_history (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);


--
-- Name: workflow_input; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_input (
    workflow_uuid text NOT NULL,
    inputs text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);


--
-- Name: workflow_output; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_output (
    workflow_uuid text NOT NULL,
    output text,
    error text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);


--
-- Name: workflow_schedules; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_schedules (
    schedule_id text NOT NULL,
    schedule_name text NOT NULL,
    workflow_name text NOT NULL,
    workflow_class_name text,
    schedule text NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    context text NOT NULL,
    last_fired_at text,
    automatic_backfill boolean DEFAULT false NOT NULL,
    cron_timezone text,
    queue_name text,
    application_name text
);


--
-- Name: workflow_status; Type: TABLE; Schema: dbos; Owner: -
--

CREATE TABLE dbos.workflow_status (
    workflow_uuid text NOT NULL,
    status text,
    name text,
    authenticated_user text,
    assumed_role text,
    authenticated_roles text,
    request text,
    output text,
    error text,
    executor_id text,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_version text,
    application_id text,
    class_name character varying(255) DEFAULT NULL::character varying,
    config_name character varying(255) DEFAULT NULL::character varying,
    recovery_attempts bigint DEFAULT 0,
    queue_name text,
    workflow_timeout_ms bigint,
    workflow_deadline_epoch_ms bigint,
    inputs text,
    started_at_epoch_ms bigint,
    deduplication_id text,
    priority integer DEFAULT 0 NOT NULL,
    queue_partition_key text,
    forked_from text,
    owner_xid text,
    parent_workflow_id text,
    serialization text,
    delay_until_epoch_ms bigint,
    was_forked_from boolean DEFAULT false NOT NULL,
    rate_limited boolean DEFAULT false NOT NULL,
    completed_at bigint,
    attributes jsonb,
    schedule_name text,
    debounce_deadline_epoch_ms bigint,
    is_debounced boolean DEFAULT false NOT NULL,
    application_name text,
    creator_xid text
);


--
-- Name: imagine_budget; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_budget (
    id integer NOT NULL,
    deployment character varying(255) NOT NULL,
    at bigint NOT NULL
);


--
-- Name: imagine_budget_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.imagine_budget_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: imagine_budget_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.imagine_budget_id_seq OWNED BY public.imagine_budget.id;


--
-- Name: imagine_calls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_calls (
    id integer NOT NULL,
    job character varying(32) NOT NULL,
    part integer NOT NULL,
    model character varying(64) NOT NULL,
    outcome character varying(32) NOT NULL,
    at double precision NOT NULL
);


--
-- Name: imagine_calls_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.imagine_calls_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: imagine_calls_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.imagine_calls_id_seq OWNED BY public.imagine_calls.id;


--
-- Name: imagine_facts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_facts (
    workspace character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    value text NOT NULL
);


--
-- Name: imagine_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_files (
    job character varying(32) NOT NULL,
    kind character varying(16) NOT NULL,
    part integer NOT NULL,
    file character varying(64) NOT NULL
);


--
-- Name: imagine_inputs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_inputs (
    job character varying(32) NOT NULL,
    number integer NOT NULL,
    body text NOT NULL
);


--
-- Name: imagine_jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_jobs (
    id character varying(32) NOT NULL,
    workspace character varying(64) NOT NULL,
    person character varying(255) NOT NULL,
    state character varying(16) NOT NULL,
    round integer NOT NULL,
    parts integer NOT NULL,
    queued boolean NOT NULL,
    created_at double precision NOT NULL,
    changed_at double precision NOT NULL,
    body text NOT NULL,
    why text NOT NULL
);


--
-- Name: imagine_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_keys (
    key character varying(255) NOT NULL,
    job character varying(32) NOT NULL,
    at double precision NOT NULL
);


--
-- Name: imagine_line; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_line (
    deployment character varying(255) NOT NULL,
    job character varying(32) NOT NULL,
    part integer NOT NULL,
    person character varying(129) NOT NULL,
    turn integer NOT NULL,
    since bigint NOT NULL,
    due bigint NOT NULL,
    weight integer NOT NULL
);


--
-- Name: imagine_messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_messages (
    job character varying(32) NOT NULL,
    role character varying(16) NOT NULL,
    intended_at double precision NOT NULL,
    channel character varying(512) NOT NULL,
    message character varying(64) NOT NULL,
    thread character varying(64) NOT NULL
);


--
-- Name: imagine_painted; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_painted (
    job character varying(32) NOT NULL,
    part integer NOT NULL,
    body text NOT NULL,
    at double precision NOT NULL
);


--
-- Name: imagine_pauses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_pauses (
    deployment character varying(255) NOT NULL,
    until bigint NOT NULL
);


--
-- Name: imagine_slack_bots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_slack_bots (
    id integer NOT NULL,
    client_id character varying(32) NOT NULL,
    app_id character varying(32) NOT NULL,
    enterprise_id character varying(32),
    enterprise_name character varying(200),
    team_id character varying(32),
    team_name character varying(200),
    bot_token text,
    bot_id character varying(32),
    bot_user_id character varying(32),
    bot_scopes character varying(1000),
    bot_refresh_token text,
    bot_token_expires_at timestamp without time zone,
    is_enterprise_install boolean NOT NULL,
    installed_at timestamp without time zone NOT NULL
);


--
-- Name: imagine_slack_bots_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.imagine_slack_bots_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: imagine_slack_bots_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.imagine_slack_bots_id_seq OWNED BY public.imagine_slack_bots.id;


--
-- Name: imagine_slack_installations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_slack_installations (
    id integer NOT NULL,
    client_id character varying(32) NOT NULL,
    app_id character varying(32) NOT NULL,
    enterprise_id character varying(32),
    enterprise_name character varying(200),
    team_id character varying(32),
    team_name character varying(200),
    enterprise_url character varying(200),
    bot_token text,
    bot_id character varying(32),
    bot_user_id character varying(32),
    bot_scopes character varying(1000),
    bot_refresh_token text,
    bot_token_expires_at timestamp without time zone,
    user_id character varying(32) NOT NULL,
    user_token text,
    user_scopes character varying(1000),
    user_refresh_token text,
    user_token_expires_at timestamp without time zone,
    incoming_webhook_url text,
    incoming_webhook_channel character varying(200),
    incoming_webhook_channel_id character varying(200),
    incoming_webhook_configuration_url character varying(200),
    token_type character varying(32),
    is_enterprise_install boolean NOT NULL,
    installed_at timestamp without time zone NOT NULL
);


--
-- Name: imagine_slack_installations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.imagine_slack_installations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: imagine_slack_installations_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.imagine_slack_installations_id_seq OWNED BY public.imagine_slack_installations.id;


--
-- Name: imagine_slack_states; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_slack_states (
    id integer NOT NULL,
    state character varying(200) NOT NULL,
    expire_at timestamp without time zone NOT NULL
);


--
-- Name: imagine_slack_states_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.imagine_slack_states_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: imagine_slack_states_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.imagine_slack_states_id_seq OWNED BY public.imagine_slack_states.id;


--
-- Name: imagine_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.imagine_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: imagine_budget id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_budget ALTER COLUMN id SET DEFAULT nextval('public.imagine_budget_id_seq'::regclass);


--
-- Name: imagine_calls id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_calls ALTER COLUMN id SET DEFAULT nextval('public.imagine_calls_id_seq'::regclass);


--
-- Name: imagine_slack_bots id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_bots ALTER COLUMN id SET DEFAULT nextval('public.imagine_slack_bots_id_seq'::regclass);


--
-- Name: imagine_slack_installations id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_installations ALTER COLUMN id SET DEFAULT nextval('public.imagine_slack_installations_id_seq'::regclass);


--
-- Name: imagine_slack_states id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_states ALTER COLUMN id SET DEFAULT nextval('public.imagine_slack_states_id_seq'::regclass);


--
-- Data for Name: application_versions; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.application_versions VALUES ('364e740c-7705-4b37-b74b-73e3cae970a5', 'jobs-1', 1795249359211, 1795249359211, 'imagine-bot');


--
-- Data for Name: dbos_migrations; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.dbos_migrations VALUES (125);


--
-- Data for Name: event_dispatch_kv; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: notifications; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: operation_outputs; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.operation_outputs VALUES ('paint-rzfvsdlfdqbsir6c-0', 1, 'paint-0', 'gASVmwAAAAAAAACMl3sid2FpdCI6IG51bGwsICJ0cmllcyI6IHsiYnVzeSI6IDAsICJ1bnJlYWNoZWQiOiAwLCAiYnJva2VuIjogMCwgIndhaXRlZCI6IDAuMH0sICJ3aHkiOiAiIiwgInZhbHVlcyI6IHt9LCAiZmF1bHQiOiAiIiwgInJlYXNvbnMiOiBbXSwgInN0b3BwZWQiOiBmYWxzZX2ULg==', NULL, NULL, 1795249360426, 1795249360490, 'py_pickle', 'imagine-bot', 1795249360492);
INSERT INTO dbos.operation_outputs VALUES ('paint-qorpntvj6ppy3vxt-0', 1, 'paint-0', 'gASVBAAAAAAAAACMAJQu', NULL, NULL, 1795249360613, 1795249362130, 'py_pickle', 'imagine-bot', 1795249362131);
INSERT INTO dbos.operation_outputs VALUES ('paint-zyozhj6ngtvggpzz-0', 1, 'paint-0', 'gASVmwAAAAAAAACMl3sid2FpdCI6IG51bGwsICJ0cmllcyI6IHsiYnVzeSI6IDAsICJ1bnJlYWNoZWQiOiAwLCAiYnJva2VuIjogMCwgIndhaXRlZCI6IDAuMH0sICJ3aHkiOiAiIiwgInZhbHVlcyI6IHt9LCAiZmF1bHQiOiAiIiwgInJlYXNvbnMiOiBbXSwgInN0b3BwZWQiOiBmYWxzZX2ULg==', NULL, NULL, 1795249362298, 1795249362312, 'py_pickle', 'imagine-bot', 1795249362313);


--
-- Data for Name: queues; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.queues VALUES ('95ace560-cbca-4d2c-aee3-5e8d7a168562', 'imagine', 32, 32, NULL, NULL, true, true, 0.05, 1795249359312, 1795249359304, 'imagine-bot', 1, NULL, NULL, NULL);


--
-- Data for Name: streams; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: workflow_events; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: workflow_events_history; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: workflow_input; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.workflow_input VALUES ('paint-rzfvsdlfdqbsir6c-0', '{"namedArgs":{},"positionalArgs":["rzfvsdlfdqbsir6c",0,1]}', 1795249359504);
INSERT INTO dbos.workflow_input VALUES ('paint-qorpntvj6ppy3vxt-0', '{"namedArgs":{},"positionalArgs":["qorpntvj6ppy3vxt",0,1]}', 1795249360548);
INSERT INTO dbos.workflow_input VALUES ('paint-omqklcvlzb4vnou3-0', '{"namedArgs":{},"positionalArgs":["omqklcvlzb4vnou3",0,1]}', 1795249362150);
INSERT INTO dbos.workflow_input VALUES ('paint-zyozhj6ngtvggpzz-0', '{"namedArgs":{},"positionalArgs":["zyozhj6ngtvggpzz",0,1]}', 1795249362197);
INSERT INTO dbos.workflow_input VALUES ('paint-lnw2o7ztscdc2267-0', '{"namedArgs":{},"positionalArgs":["lnw2o7ztscdc2267",0,1]}', 1795249362338);


--
-- Data for Name: workflow_output; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.workflow_output VALUES ('paint-rzfvsdlfdqbsir6c-0', 'null', NULL, 1795249360529);
INSERT INTO dbos.workflow_output VALUES ('paint-qorpntvj6ppy3vxt-0', 'null', NULL, 1795249362134);


--
-- Data for Name: workflow_schedules; Type: TABLE DATA; Schema: dbos; Owner: -
--



--
-- Data for Name: workflow_status; Type: TABLE DATA; Schema: dbos; Owner: -
--

INSERT INTO dbos.workflow_status VALUES ('paint-rzfvsdlfdqbsir6c-0', 'SUCCESS', 'paint', NULL, NULL, NULL, NULL, NULL, NULL, 'ad28b2eefcf94b92a99132e123cd228c', 1795249359504, 1795249360529, 'jobs-1', '', NULL, NULL, 1, 'imagine', NULL, NULL, NULL, 1795249360399, NULL, 0, 'T1:UANN', NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795249360529, 'null', NULL, NULL, false, 'imagine-bot', 'dfad9513-ca1c-4ac0-b202-e519092b28d2');
INSERT INTO dbos.workflow_status VALUES ('paint-qorpntvj6ppy3vxt-0', 'SUCCESS', 'paint', NULL, NULL, NULL, NULL, NULL, NULL, 'ad28b2eefcf94b92a99132e123cd228c', 1795249360548, 1795249362134, 'jobs-1', '', NULL, NULL, 1, 'imagine', NULL, NULL, NULL, 1795249360603, NULL, 0, 'T1:UANN', NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795249362134, 'null', NULL, NULL, false, 'imagine-bot', 'ac06a2b9-96be-478f-9674-aa81a5399d9a');
INSERT INTO dbos.workflow_status VALUES ('paint-omqklcvlzb4vnou3-0', 'PENDING', 'paint', NULL, NULL, NULL, NULL, NULL, NULL, 'ad28b2eefcf94b92a99132e123cd228c', 1795249362150, 1795249362172, 'jobs-1', '', NULL, NULL, 1, 'imagine', NULL, NULL, NULL, 1795249362172, NULL, 0, 'T1:UBOB', NULL, '081daef9-1a57-401a-8f46-5368b0921174', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'imagine-bot', 'ecb07c38-33a8-45d3-b113-39e806cfe3db');
INSERT INTO dbos.workflow_status VALUES ('paint-zyozhj6ngtvggpzz-0', 'PENDING', 'paint', NULL, NULL, NULL, NULL, NULL, NULL, 'ad28b2eefcf94b92a99132e123cd228c', 1795249362197, 1795249362256, 'jobs-1', '', NULL, NULL, 1, 'imagine', NULL, NULL, NULL, 1795249362256, NULL, 0, 'T1:UANN', NULL, '631f6915-15cf-422e-8a97-4736aacef307', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'imagine-bot', 'f0848433-0c64-4142-88de-a330d42b7149');
INSERT INTO dbos.workflow_status VALUES ('paint-lnw2o7ztscdc2267-0', 'ENQUEUED', 'paint', NULL, NULL, NULL, NULL, NULL, NULL, 'ad28b2eefcf94b92a99132e123cd228c', 1795249362338, 1795249362338, 'jobs-1', '', NULL, NULL, 0, 'imagine', NULL, NULL, NULL, NULL, NULL, 0, 'T1:UANN', NULL, NULL, NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'imagine-bot', '91a66fa1-e39f-4123-82e6-56261d95fb8d');


--
-- Data for Name: imagine_budget; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_calls; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_calls VALUES (1, 'rzfvsdlfdqbsir6c', 0, 'gpt-image-2.6-sunburst', 'painted', 1795262400);
INSERT INTO public.imagine_calls VALUES (2, 'qorpntvj6ppy3vxt', 0, '', 'started', 1795262400);
INSERT INTO public.imagine_calls VALUES (3, 'omqklcvlzb4vnou3', 0, '', 'started', 1795262400);
INSERT INTO public.imagine_calls VALUES (4, 'zyozhj6ngtvggpzz', 0, 'gpt-image-2.6-sunburst', 'painted', 1795262400);


--
-- Data for Name: imagine_facts; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_files VALUES ('rzfvsdlfdqbsir6c', 'sent', 0, 'F2');
INSERT INTO public.imagine_files VALUES ('rzfvsdlfdqbsir6c', 'shown', 0, 'F2');
INSERT INTO public.imagine_files VALUES ('zyozhj6ngtvggpzz', 'sent', 0, 'F7');


--
-- Data for Name: imagine_inputs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_jobs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_jobs VALUES ('qorpntvj6ppy3vxt', 'T1', 'UANN', 'failed', 0, 1, true, 1795262400, 1795262400, '{"id":"qorpntvj6ppy3vxt","kind":"imagine","state":"waiting","request":{"prompt":"a failed fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a failed fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '{"key":"say.bug","values":{}}');
INSERT INTO public.imagine_jobs VALUES ('n6yeic3fzwdlawu3', 'T1', 'UANN', 'held', 0, 2, false, 1795262400, 1795262400, '{"id":"n6yeic3fzwdlawu3","kind":"imagine","state":"held","request":{"prompt":"a {held,kept} fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a held fox","a kept fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');
INSERT INTO public.imagine_jobs VALUES ('rzfvsdlfdqbsir6c', 'T1', 'UANN', 'done', 0, 1, true, 1795262400, 1795262400, '{"id":"rzfvsdlfdqbsir6c","kind":"imagine","state":"waiting","request":{"prompt":"a finished fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a finished fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');
INSERT INTO public.imagine_jobs VALUES ('omqklcvlzb4vnou3', 'T1', 'UBOB', 'painting', 0, 1, true, 1795262400, 1795262400, '{"id":"omqklcvlzb4vnou3","kind":"imagine","state":"waiting","request":{"prompt":"a fox being painted","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a fox being painted"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');
INSERT INTO public.imagine_jobs VALUES ('lnw2o7ztscdc2267', 'T1', 'UANN', 'waiting', 0, 1, true, 1795262400, 1795262400, '{"id":"lnw2o7ztscdc2267","kind":"imagine","state":"waiting","request":{"prompt":"a waiting fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a waiting fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');
INSERT INTO public.imagine_jobs VALUES ('zyozhj6ngtvggpzz', 'T1', 'UANN', 'painted', 0, 1, true, 1795262400, 1795262400, '{"id":"zyozhj6ngtvggpzz","kind":"imagine","state":"waiting","request":{"prompt":"a painted fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a painted fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UANN"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');
INSERT INTO public.imagine_jobs VALUES ('irnf3msoev3liwrf', 'T1', 'UBOB', 'waiting', 0, 1, false, 1795262400, 1795262400, '{"id":"irnf3msoev3liwrf","kind":"imagine","state":"waiting","request":{"prompt":"a recorded fox","options":{"size":null,"ar":null,"quality":null,"format":null,"compression":null,"background":null,"moderation":null,"n":1,"model":null,"complexity":null,"frames":null,"delay":null,"private":false},"prompts":["a recorded fox"],"sources":[],"seek":false,"candidates":[],"region":null,"free":false,"grows":false,"strokes":null,"markup":false},"by":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"whisper":{"person":{"workspace":"T1","id":"UBOB"},"place":{"platform":"slack","workspace":"T1","channel":"C1","kind":"channel","thread":null},"reply_to":"","reply_until":"2026-11-21T12:29:00Z"},"locale":"","created_at":"2026-11-21T12:00:00Z","trace":"","parent":null,"version":1,"from_version":0,"restores":null,"why":null}', '');


--
-- Data for Name: imagine_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_keys VALUES ('said:1', 'rzfvsdlfdqbsir6c', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:3', 'qorpntvj6ppy3vxt', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:5', 'n6yeic3fzwdlawu3', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:7', 'omqklcvlzb4vnou3', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:9', 'zyozhj6ngtvggpzz', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:11', 'lnw2o7ztscdc2267', 1795262400);
INSERT INTO public.imagine_keys VALUES ('said:13', 'irnf3msoev3liwrf', 1795262400);


--
-- Data for Name: imagine_line; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_messages VALUES ('rzfvsdlfdqbsir6c', 'result', 1795262400, 'C1', '3.0', '');
INSERT INTO public.imagine_messages VALUES ('qorpntvj6ppy3vxt', 'placeholder', 1795262400, 'C1', '4.0', '');
INSERT INTO public.imagine_messages VALUES ('omqklcvlzb4vnou3', 'placeholder', 1795262400, 'C1', '5.0', '');
INSERT INTO public.imagine_messages VALUES ('zyozhj6ngtvggpzz', 'placeholder', 1795262400, 'C1', '6.0', '');
INSERT INTO public.imagine_messages VALUES ('lnw2o7ztscdc2267', 'placeholder', 1795262400, 'C1', '8.0', '');
INSERT INTO public.imagine_messages VALUES ('irnf3msoev3liwrf', 'placeholder', 1795262400, '', '', '');


--
-- Data for Name: imagine_painted; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_painted VALUES ('rzfvsdlfdqbsir6c', 0, '{"pictures":[{"blob":"rz/rzfvsdlfdqbsir6c/1b1c2f09e52b499ab917375b9b122972.png","media_type":"image/png","width":8,"height":6,"size":77,"prompt":"a finished fox","model_file":null,"seam":null}],"model":"gpt-image-2.6-sunburst","service":"openai","quality":"high","revised_prompt":"","usage":{"text_in":10,"image_in":0,"out":4160},"cost":"0.16","seconds":0.5,"rest":0.0}', 1795262400);
INSERT INTO public.imagine_painted VALUES ('zyozhj6ngtvggpzz', 0, '{"pictures":[{"blob":"zy/zyozhj6ngtvggpzz/911420ce77e7449b9607b087aa906c86.png","media_type":"image/png","width":8,"height":6,"size":77,"prompt":"a painted fox","model_file":null,"seam":null}],"model":"gpt-image-2.6-sunburst","service":"openai","quality":"high","revised_prompt":"","usage":{"text_in":10,"image_in":0,"out":4160},"cost":"0.16","seconds":0.5,"rest":0.0}', 1795262400);


--
-- Data for Name: imagine_pauses; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_slack_bots; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_slack_installations; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_slack_states; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: imagine_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.imagine_version VALUES ('0006');


--
-- Name: imagine_budget_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.imagine_budget_id_seq', 1, false);


--
-- Name: imagine_calls_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.imagine_calls_id_seq', 4, true);


--
-- Name: imagine_slack_bots_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.imagine_slack_bots_id_seq', 1, false);


--
-- Name: imagine_slack_installations_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.imagine_slack_installations_id_seq', 1, false);


--
-- Name: imagine_slack_states_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.imagine_slack_states_id_seq', 1, false);


--
-- Name: application_versions application_versions_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_pkey PRIMARY KEY (version_id);


--
-- Name: application_versions application_versions_version_name_key; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_version_name_key UNIQUE (version_name);


--
-- Name: dbos_migrations dbos_migrations_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.dbos_migrations
    ADD CONSTRAINT dbos_migrations_pkey PRIMARY KEY (version);


--
-- Name: event_dispatch_kv event_dispatch_kv_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.event_dispatch_kv
    ADD CONSTRAINT event_dispatch_kv_pkey PRIMARY KEY (service_name, workflow_fn_name, key);


--
-- Name: notifications notifications_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (message_uuid);


--
-- Name: operation_outputs operation_outputs_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.operation_outputs
    ADD CONSTRAINT operation_outputs_pkey PRIMARY KEY (workflow_uuid, function_id);


--
-- Name: queues queues_name_key; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_name_key UNIQUE (name);


--
-- Name: queues queues_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (queue_id);


--
-- Name: streams streams_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (workflow_uuid, key, "offset");


--
-- Name: workflow_events_history workflow_events_history_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_pkey PRIMARY KEY (workflow_uuid, function_id, key);


--
-- Name: workflow_events workflow_events_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_pkey PRIMARY KEY (workflow_uuid, key);


--
-- Name: workflow_input workflow_input_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_input
    ADD CONSTRAINT workflow_input_pkey PRIMARY KEY (workflow_uuid);


--
-- Name: workflow_output workflow_output_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_output
    ADD CONSTRAINT workflow_output_pkey PRIMARY KEY (workflow_uuid);


--
-- Name: workflow_schedules workflow_schedules_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_pkey PRIMARY KEY (schedule_id);


--
-- Name: workflow_schedules workflow_schedules_schedule_name_key; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_schedule_name_key UNIQUE (schedule_name);


--
-- Name: workflow_status workflow_status_pkey; Type: CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_status
    ADD CONSTRAINT workflow_status_pkey PRIMARY KEY (workflow_uuid);


--
-- Name: imagine_budget imagine_budget_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_budget
    ADD CONSTRAINT imagine_budget_pkey PRIMARY KEY (id);


--
-- Name: imagine_calls imagine_calls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_calls
    ADD CONSTRAINT imagine_calls_pkey PRIMARY KEY (id);


--
-- Name: imagine_facts imagine_facts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_facts
    ADD CONSTRAINT imagine_facts_pkey PRIMARY KEY (workspace, name);


--
-- Name: imagine_files imagine_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_files
    ADD CONSTRAINT imagine_files_pkey PRIMARY KEY (job, kind, part);


--
-- Name: imagine_inputs imagine_inputs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_inputs
    ADD CONSTRAINT imagine_inputs_pkey PRIMARY KEY (job, number);


--
-- Name: imagine_jobs imagine_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_jobs
    ADD CONSTRAINT imagine_jobs_pkey PRIMARY KEY (id);


--
-- Name: imagine_keys imagine_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_keys
    ADD CONSTRAINT imagine_keys_pkey PRIMARY KEY (key);


--
-- Name: imagine_line imagine_line_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_line
    ADD CONSTRAINT imagine_line_pkey PRIMARY KEY (deployment, job, part);


--
-- Name: imagine_messages imagine_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_messages
    ADD CONSTRAINT imagine_messages_pkey PRIMARY KEY (job, role);


--
-- Name: imagine_painted imagine_painted_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_painted
    ADD CONSTRAINT imagine_painted_pkey PRIMARY KEY (job, part);


--
-- Name: imagine_pauses imagine_pauses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_pauses
    ADD CONSTRAINT imagine_pauses_pkey PRIMARY KEY (deployment);


--
-- Name: imagine_slack_bots imagine_slack_bots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_bots
    ADD CONSTRAINT imagine_slack_bots_pkey PRIMARY KEY (id);


--
-- Name: imagine_slack_installations imagine_slack_installations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_installations
    ADD CONSTRAINT imagine_slack_installations_pkey PRIMARY KEY (id);


--
-- Name: imagine_slack_states imagine_slack_states_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_slack_states
    ADD CONSTRAINT imagine_slack_states_pkey PRIMARY KEY (id);


--
-- Name: imagine_version imagine_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.imagine_version
    ADD CONSTRAINT imagine_version_pkc PRIMARY KEY (version_num);


--
-- Name: idx_application_versions_owner_timestamp; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_application_versions_owner_timestamp ON dbos.application_versions USING btree (application_name, version_timestamp DESC);


--
-- Name: idx_application_versions_timestamp; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_application_versions_timestamp ON dbos.application_versions USING btree (version_timestamp DESC);


--
-- Name: idx_operation_outputs_completed_at_function_name_v2; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_operation_outputs_completed_at_function_name_v2 ON dbos.operation_outputs USING btree (completed_at_epoch_ms, function_name) INCLUDE (application_name);


--
-- Name: idx_operation_outputs_retention; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_operation_outputs_retention ON dbos.operation_outputs USING btree (retention_timestamp);


--
-- Name: idx_workflow_input_retention; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_input_retention ON dbos.workflow_input USING btree (retention_timestamp);


--
-- Name: idx_workflow_output_retention; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_output_retention ON dbos.workflow_output USING btree (retention_timestamp);


--
-- Name: idx_workflow_status_attributes; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_attributes ON dbos.workflow_status USING gin (attributes) WHERE (attributes IS NOT NULL);


--
-- Name: idx_workflow_status_completed_at; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_completed_at ON dbos.workflow_status USING btree (completed_at) WHERE (completed_at IS NOT NULL);


--
-- Name: idx_workflow_status_deadline; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_deadline ON dbos.workflow_status USING btree (workflow_deadline_epoch_ms) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text, 'DELAYED'::text])) AND (workflow_deadline_epoch_ms IS NOT NULL));


--
-- Name: idx_workflow_status_delayed; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_delayed ON dbos.workflow_status USING btree (delay_until_epoch_ms) WHERE (status = 'DELAYED'::text);


--
-- Name: idx_workflow_status_failed; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_failed ON dbos.workflow_status USING btree (status, created_at) WHERE (status = ANY (ARRAY['ERROR'::text, 'CANCELLED'::text, 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'::text]));


--
-- Name: idx_workflow_status_forked_from; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_forked_from ON dbos.workflow_status USING btree (forked_from) WHERE (forked_from IS NOT NULL);


--
-- Name: idx_workflow_status_in_flight_v2; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_in_flight_v2 ON dbos.workflow_status USING btree (queue_name, status, priority, created_at) INCLUDE (application_name) WHERE (status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text]));


--
-- Name: idx_workflow_status_parent_workflow_id; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_parent_workflow_id ON dbos.workflow_status USING btree (parent_workflow_id) WHERE (parent_workflow_id IS NOT NULL);


--
-- Name: idx_workflow_status_partition_dequeue_v3; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_partition_dequeue_v3 ON dbos.workflow_status USING btree (queue_name, status, queue_partition_key, priority, created_at, workflow_uuid) INCLUDE (application_name) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text])) AND (queue_partition_key IS NOT NULL));


--
-- Name: idx_workflow_status_pending; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_pending ON dbos.workflow_status USING btree (created_at) WHERE (status = 'PENDING'::text);


--
-- Name: idx_workflow_status_rate_limited; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_rate_limited ON dbos.workflow_status USING btree (queue_name, started_at_epoch_ms) WHERE (rate_limited = true);


--
-- Name: idx_workflow_status_schedule_name; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_schedule_name ON dbos.workflow_status USING btree (schedule_name) WHERE (schedule_name IS NOT NULL);


--
-- Name: idx_workflow_status_started_at; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_status_started_at ON dbos.workflow_status USING btree (started_at_epoch_ms) WHERE (started_at_epoch_ms IS NOT NULL);


--
-- Name: idx_workflow_topic; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX idx_workflow_topic ON dbos.notifications USING btree (destination_uuid, topic);


--
-- Name: uq_application_versions_owner_version; Type: INDEX; Schema: dbos; Owner: -
--

CREATE UNIQUE INDEX uq_application_versions_owner_version ON dbos.application_versions USING btree (application_name, version_name) WHERE (application_name IS NOT NULL);


--
-- Name: uq_application_versions_unclaimed_version; Type: INDEX; Schema: dbos; Owner: -
--

CREATE UNIQUE INDEX uq_application_versions_unclaimed_version ON dbos.application_versions USING btree (version_name) WHERE (application_name IS NULL);


--
-- Name: uq_workflow_status_dedup_id; Type: INDEX; Schema: dbos; Owner: -
--

CREATE UNIQUE INDEX uq_workflow_status_dedup_id ON dbos.workflow_status USING btree (queue_name, deduplication_id) WHERE (deduplication_id IS NOT NULL);


--
-- Name: workflow_status_created_at_index; Type: INDEX; Schema: dbos; Owner: -
--

CREATE INDEX workflow_status_created_at_index ON dbos.workflow_status USING btree (created_at);


--
-- Name: imagine_budget_deployment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_budget_deployment ON public.imagine_budget USING btree (deployment, at);


--
-- Name: imagine_jobs_changed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_jobs_changed ON public.imagine_jobs USING btree (changed_at);


--
-- Name: imagine_jobs_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_jobs_person ON public.imagine_jobs USING btree (workspace, person, state);


--
-- Name: imagine_jobs_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_jobs_state ON public.imagine_jobs USING btree (state, created_at);


--
-- Name: imagine_keys_job; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_keys_job ON public.imagine_keys USING btree (job);


--
-- Name: imagine_messages_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_messages_place ON public.imagine_messages USING btree (channel, message);


--
-- Name: imagine_messages_thread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_messages_thread ON public.imagine_messages USING btree (channel, thread);


--
-- Name: imagine_slack_bots_where; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_slack_bots_where ON public.imagine_slack_bots USING btree (client_id, team_id, enterprise_id);


--
-- Name: imagine_slack_installations_where; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX imagine_slack_installations_where ON public.imagine_slack_installations USING btree (client_id, team_id, enterprise_id);


--
-- Name: ix_imagine_calls_job; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_imagine_calls_job ON public.imagine_calls USING btree (job);


--
-- Name: ix_imagine_slack_states_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_imagine_slack_states_state ON public.imagine_slack_states USING btree (state);


--
-- Name: notifications dbos_notifications_trigger; Type: TRIGGER; Schema: dbos; Owner: -
--

CREATE TRIGGER dbos_notifications_trigger AFTER INSERT ON dbos.notifications FOR EACH ROW EXECUTE FUNCTION dbos.notifications_function();


--
-- Name: notifications notifications_destination_uuid_fkey; Type: FK CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_destination_uuid_fkey FOREIGN KEY (destination_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: streams streams_workflow_uuid_fkey; Type: FK CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: workflow_events_history workflow_events_history_workflow_uuid_fkey; Type: FK CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: workflow_events workflow_events_workflow_uuid_fkey; Type: FK CONSTRAINT; Schema: dbos; Owner: -
--

ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict Ae7aREl9HBmYRHZvdwxXdvVhWfIE2AdcILa8Wrv2rjUJal9iALCfU3Oz5yJaqeZ

