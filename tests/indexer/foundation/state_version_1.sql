-- The state database as version 1 made it, with a little data: what upgrades begin with. Never
-- changed: today's tables come of it by indexer/upgrades.py. PostgreSQL's words; for SQLite the test
-- reads BYTEA as BLOB.

CREATE TABLE alert_messages (
    id VARCHAR(32) NOT NULL,
    alert VARCHAR(64) NOT NULL,
    made_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT,
    sent_at BIGINT,
    error TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX ix_alert_messages_alert ON alert_messages (alert);

CREATE TABLE alert_stories (
    alert VARCHAR(64) NOT NULL,
    story_id VARCHAR(128) NOT NULL,
    document_id VARCHAR(64) NOT NULL,
    found_at BIGINT NOT NULL,
    message VARCHAR(32),
    body TEXT NOT NULL,
    PRIMARY KEY (alert, story_id)
);
CREATE INDEX alert_stories_by_document ON alert_stories (alert, document_id);
CREATE INDEX ix_alert_stories_message ON alert_stories (message);

CREATE TABLE alerts (
    name VARCHAR(64) NOT NULL,
    options TEXT,
    since BIGINT NOT NULL,
    matched_at BIGINT NOT NULL,
    bundled_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE archived (
    url_id VARCHAR(64) NOT NULL,
    source_id VARCHAR(128) NOT NULL,
    fetched_at BIGINT NOT NULL,
    file TEXT NOT NULL,
    place BIGINT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (url_id)
);
CREATE INDEX ix_archived_fetched_at ON archived (fetched_at);
CREATE INDEX ix_archived_source_id ON archived (source_id);

CREATE TABLE documents (
    document_id VARCHAR(64) NOT NULL,
    source VARCHAR(128) NOT NULL,
    story_id VARCHAR(64) NOT NULL,
    published_at BIGINT,
    crawled_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body BYTEA NOT NULL,
    indexed_version BIGINT,
    task_uid BIGINT,
    indexed_at BIGINT,
    PRIMARY KEY (document_id)
);
CREATE INDEX ix_documents_crawled_at ON documents (crawled_at);
CREATE INDEX ix_documents_published_at ON documents (published_at);
CREATE INDEX ix_documents_source ON documents (source);
CREATE INDEX ix_documents_story_id ON documents (story_id);

CREATE TABLE listings (
    url TEXT NOT NULL,
    source_id VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    etag TEXT,
    last_modified TEXT,
    checked_at BIGINT NOT NULL,
    http_status INTEGER,
    entries INTEGER NOT NULL,
    new_entries INTEGER NOT NULL,
    new_at BIGINT,
    failures INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (url)
);
CREATE INDEX ix_listings_source_id ON listings (source_id);

CREATE TABLE outbox (
    document_id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    removal INTEGER NOT NULL,
    put_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT,
    quarantined INTEGER NOT NULL,
    PRIMARY KEY (document_id)
);
CREATE INDEX ix_outbox_put_at ON outbox (put_at);
CREATE INDEX ix_outbox_quarantined ON outbox (quarantined);

CREATE TABLE paces (
    url TEXT NOT NULL,
    source_id VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    due_at BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    wait_s INTEGER NOT NULL,
    habit TEXT,
    ttl_s FLOAT NOT NULL,
    newest_at BIGINT,
    failures INTEGER NOT NULL,
    failing_since BIGINT,
    PRIMARY KEY (url)
);
CREATE INDEX ix_paces_source_id ON paces (source_id);

CREATE TABLE profiles (
    source_id VARCHAR(128) NOT NULL,
    learnt_at BIGINT NOT NULL,
    documents INTEGER NOT NULL,
    grams BYTEA NOT NULL,
    PRIMARY KEY (source_id)
);

CREATE TABLE schedule (
    source_id VARCHAR(128) NOT NULL,
    due_at BIGINT NOT NULL,
    owner VARCHAR(128),
    lease_until BIGINT,
    epoch INTEGER NOT NULL,
    enrolled_at BIGINT NOT NULL,
    asked_at BIGINT,
    PRIMARY KEY (source_id)
);
CREATE INDEX ix_schedule_due_at ON schedule (due_at);

CREATE TABLE seen (
    url_id VARCHAR(64) NOT NULL,
    url TEXT NOT NULL,
    source_id VARCHAR(128) NOT NULL,
    found_in TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    found_at BIGINT NOT NULL,
    published_at BIGINT,
    entry TEXT,
    outcome VARCHAR(16) NOT NULL,
    reason TEXT,
    http_status INTEGER,
    fetched_at BIGINT,
    attempts INTEGER NOT NULL,
    retry_at BIGINT,
    document_id VARCHAR(64),
    PRIMARY KEY (url_id)
);
CREATE INDEX ix_seen_outcome ON seen (outcome);
CREATE INDEX ix_seen_source_id ON seen (source_id);

CREATE TABLE source_days (
    source_id VARCHAR(128) NOT NULL,
    day INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    dated INTEGER NOT NULL,
    teasers INTEGER NOT NULL,
    PRIMARY KEY (source_id, day)
);

CREATE TABLE story_common (
    shingle BIGINT NOT NULL,
    PRIMARY KEY (shingle)
);

CREATE TABLE story_members (
    document_id VARCHAR(64) NOT NULL,
    story_id VARCHAR(64) NOT NULL,
    source_id VARCHAR(128) NOT NULL,
    country VARCHAR(2),
    published_at BIGINT,
    crawled_at BIGINT NOT NULL,
    words INTEGER NOT NULL,
    teaser INTEGER NOT NULL,
    PRIMARY KEY (document_id)
);
CREATE INDEX ix_story_members_story_id ON story_members (story_id);

CREATE TABLE story_shingles (
    shingle BIGINT NOT NULL,
    document_id VARCHAR(64) NOT NULL,
    story_id VARCHAR(64) NOT NULL,
    tenth INTEGER NOT NULL,
    PRIMARY KEY (shingle, document_id)
);
CREATE INDEX ix_story_shingles_document_id ON story_shingles (document_id);
CREATE INDEX ix_story_shingles_story_id ON story_shingles (story_id);

CREATE TABLE techwire_meta (
    name VARCHAR(64) NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE walked (
    url TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    walked_at BIGINT NOT NULL,
    PRIMARY KEY (url)
);

INSERT INTO techwire_meta (name, value) VALUES ('state_version', 1);
INSERT INTO outbox (document_id, version, removal, put_at, attempts, error, quarantined)
VALUES ('d1', 7, 0, 1790000000, 1, '杭州 · São Paulo', 0);
INSERT INTO seen (url_id, url, source_id, found_in, kind, found_at, outcome, attempts)
VALUES ('u1', 'https://example.org/a', 'example', 'https://example.org/feed', 'feed', 1790000000,
        'stored', 0);
INSERT INTO schedule (source_id, due_at, epoch, enrolled_at)
VALUES ('example', 1790000600, 3, 1790000000);
