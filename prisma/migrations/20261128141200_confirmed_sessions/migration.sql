-- When the person last proved who they are in this session: at sign-in, and whenever something sensitive asks again.
ALTER TABLE portal.session ADD COLUMN confirmed_at TIMESTAMPTZ(3) NOT NULL DEFAULT now();
