-- The office finds clients by the beginnings of their names' words, and turns pages by name, however many there are.
CREATE INDEX client_practice_id_name_client_id_idx ON portal.client (practice_id, name, client_id);
CREATE INDEX client_name_words_idx ON portal.client
  USING gin (to_tsvector('simple'::regconfig, regexp_replace(name, '[^[:alnum:]]+', ' ', 'g')));
