-- To what an answer was given, as a keyed hash: two copies of one device use a number twice.
ALTER TABLE portal.mutation_result ADD COLUMN content text;
