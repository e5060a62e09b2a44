// Made by `npm run codegen` from openapi/center.json. Do not edit.
export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit trail of the region, newest first. */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Batches, the last heard of first. */
        get: operations["list_batches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{enterprise}/{product}/{batch}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One batch with its results against their limits, and its warnings. */
        get: operations["read_batch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The boxes of the region of whoever asks, by enterprise, then id, in one page. */
        get: operations["boxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One box with what the center holds of it and the newest checkpoint it cosigned. */
        get: operations["read_box"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/{id}/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a frozen box again, with a signature. What froze it stays as evidence. */
        post: operations["accept_box"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/{id}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All certificates a box was ever given, the newest first, in one page. */
        get: operations["list_certificates"];
        put?: never;
        /**
         * Ask that a box gets a new key and certificate. It renews them by itself at its next heartbeat; the old ones are revoked
         *     once it has shown the new.
         */
        post: operations["rotate_certificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/{id}/retirement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a box out of service and revoke its certificates, with a signature. Its evidence stays. */
        post: operations["retire_box"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/{id}/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Segments the center holds of one box, the newest first. */
        get: operations["list_segments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boxes/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a code with which a box enrols. It is shown once. */
        post: operations["make_enrolment_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Items of the catalogue in force, by ascending code. */
        get: operations["list_catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enterprises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The enterprises of the region of whoever asks, by code, with their boxes and open warnings. */
        get: operations["list_enterprises"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens.
         * @description Server-sent events; each `data` is the `data` of a `LiveEvent`. Give `Last-Event-ID` to go on after it.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organisations of the region by id, in one page. */
        get: operations["list_organisations"];
        put?: never;
        /** Add an office in the administrator's region. */
        post: operations["add_organisation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The center's figures, of the region of whoever asks. */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The accounts of the region by name, in one page. */
        get: operations["list_people"];
        put?: never;
        /** Open an account. The code this gives is shown once; the person chooses a password with it. */
        post: operations["invite_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}/closure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close an account for ever and end its sessions. */
        post: operations["close_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new code for a person who has not yet chosen a password; the old one ends. */
        post: operations["invite_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sessions of a person, the last begun first, in one page. */
        get: operations["list_sessions_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session of a person. */
        delete: operations["end_session_of"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Products by enterprise, then code. */
        get: operations["list_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recoveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recoveries that wait for a second administrator, the oldest first, in one page. */
        get: operations["list_recoveries"];
        put?: never;
        /** Ask that a person may choose a new password; another administrator approves. */
        post: operations["ask_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recoveries/{id}/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a recovery, with a signature. The code this gives is shown once. */
        post: operations["approve_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Series in the order they were first seen. */
        get: operations["list_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/{id}/chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The control chart of one series. */
        get: operations["read_chart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is logged in. */
        get: operations["who"];
        put?: never;
        /**
         * Log in.
         * @description Sets the session's cookie. A wrong name and a wrong password are the same answer.
         */
        post: operations["log_in"];
        /** Log out. */
        delete: operations["log_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a password with a code of an invitation or a recovery; then log in with it. */
        post: operations["use_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the own password. Every other session of the person ends. */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the password again, to sign something. */
        post: operations["reauthenticate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own sessions, the last begun first, in one page. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of the own sessions. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signatures of a record, the oldest first, in one page. */
        get: operations["list_signatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/warnings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Warnings, newest result first. */
        get: operations["list_warnings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/warnings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One warning with its findings. */
        get: operations["read_warning"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/warnings/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open warnings by level, with the oldest of each. */
        get: operations["open_warnings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A box whose log contradicted itself, accepted again. */
        Accepted: {
            /** @description Since when. */
            accepted_at: components["schemas"]["Time"];
            /** @description Which. */
            box_id: string;
            /** @description Who answers for it. */
            signature: components["schemas"]["SignatureView"];
        };
        /**
         * @description How an account stands.
         * @enum {string}
         */
        AccountState: "open" | "invited" | "closed";
        /**
         * @description Whether box and center came to the same finding.
         * @enum {string}
         */
        Agreement: "pending" | "agreed" | "differs" | "attested";
        /** @description One row of the audit trail. What is not known, or does not apply, is absent. */
        AuditRow: {
            /** @description What: `login`, `logout`, or a word of the access table. */
            act?: string | null;
            /** @description When, RFC 3339 in UTC. */
            at: string;
            /** @description Address the request came from. */
            from?: string | null;
            /** @description Hash of this row and all before it, hexadecimal. */
            hash?: string;
            /** @description What is there now. */
            new?: string | null;
            /** @description To what. */
            object?: string | null;
            /** @description What was there before. */
            old?: string | null;
            /** @description Id of the person's organisation. */
            organisation?: string | null;
            /** @description `done` or `refused`. */
            outcome: string;
            /** @description Why; of a refusal, the problem's code. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Its number, from 1, without a gap.
             */
            seq: number;
            /** @description Hash of the session's token. */
            session?: string | null;
            /** @description Login name; `operator` for the operator's command. */
            who?: string | null;
        };
        /** @description A batch with its results and warnings. */
        BatchDetail: {
            /** @description The batch. */
            batch: components["schemas"]["BatchRow"];
            /** @description What happened to it, by time; at most 500. */
            events: components["schemas"]["BatchEvent"][];
            /** @description Its current results by step, then parameter; at most 500. */
            results: components["schemas"]["BatchResult"][];
            /** @description There are more results than shown. */
            results_cut: boolean;
            /** @description Warnings with a standing finding on it, newest result first; at most 100. `/warnings?batch=` gives all. */
            warnings: components["schemas"]["Warning"][];
        };
        /** @description One event of a batch. */
        BatchEvent: {
            /** @description When: the source's time, or the box's where the source gave none. */
            at: components["schemas"]["Time"];
            /** @description What else was told, such as `material`, `lot`, `decision`. */
            attributes: {
                [key: string]: string;
            };
            /**
             * @description What happened: `batch_started`, `step_started`, `step_ended`, `lot_consumed`, `batch_ended`, `batch_released`, or
             *     another word of the source.
             */
            kind: string;
            /** @description Its record, hexadecimal. */
            record: string;
            /** @description Id of the source that told. */
            source: string;
            /** @description Process step or stage, if it belongs to one. */
            step?: string | null;
            /**
             * Format: int32
             * @description 1 for the first telling, higher for corrections.
             */
            version: number;
        };
        /** @description One result of a batch with what it was judged by. */
        BatchResult: {
            /** @description Parameter. */
            parameter: components["schemas"]["ParameterView"];
            /** @description The value, its limits and its flags. */
            point: components["schemas"]["ChartPoint"];
            /** @description Which of several like values. */
            qualifiers: {
                [key: string]: string;
            };
            /** @description Box time of the result. */
            result_at: components["schemas"]["Time"];
            /** @description Series it belongs to, to open the chart of. */
            series_id: string;
            /** @description Process step or stage, if it belongs to one. */
            step?: string | null;
            /** @description UCUM unit of the value. */
            unit: string;
        };
        /** @description What is known of a batch. A time is absent until its event has come. */
        BatchRow: {
            /** @description Batch number. */
            batch: string;
            decided_at?: components["schemas"]["Time"] | null;
            /** @description The decision in the source's word: `released`. */
            decision?: string | null;
            ended_at?: components["schemas"]["Time"] | null;
            /** @description Whose. */
            enterprise: components["schemas"]["EnterpriseRef"];
            /** @description When this end first heard of it. */
            first_seen_at: components["schemas"]["Time"];
            /** @description Product code. */
            product: string;
            started_at?: components["schemas"]["Time"] | null;
            /** @description Open warnings with a standing finding on it. */
            warnings_open: components["schemas"]["LevelCounts"];
        };
        /** @description Why something is done, for the audit trail. */
        Because: {
            /** @description The reason, 1 to 500 characters. */
            reason: string;
        };
        /** @description A box and all the center knows of it. */
        BoxDetail: {
            box_clock_at?: components["schemas"]["Time"] | null;
            /** @description When it was enrolled. */
            enrolled_at: components["schemas"]["Time"];
            /** @description What the center holds of it. */
            held: components["schemas"]["HeldCounts"];
            /** @description Its log: the checkpoint the center cosigned is checkpoint and receipt in one. */
            log: components["schemas"]["LogEvidence"];
            reported_at?: components["schemas"]["Time"] | null;
            retired_at?: components["schemas"]["Time"] | null;
            /** @description Root of the log tree at that checkpoint, hexadecimal. */
            root?: string | null;
            rotation_asked_at?: components["schemas"]["Time"] | null;
            /** @description State, lag, progress. */
            row: components["schemas"]["BoxRow"];
            /** @description Program and version, as the box said. */
            software?: string | null;
        };
        /** @description One box as the center sees it. */
        BoxRow: {
            /** @description Id given at enrolment. */
            box_id: string;
            /** @description Whose box. */
            enterprise: components["schemas"]["EnterpriseRef"];
            /** @description Why it is frozen, in English, for the person who must decide. */
            frozen_why?: string | null;
            /**
             * Format: int64
             * @description How long the oldest closed segment that the center does not hold has been waiting, milliseconds; 0 when it holds
             *     all. As last reported: `last_seen_at` says when.
             */
            lag_ms?: number | null;
            last_seen_at?: components["schemas"]["Time"] | null;
            /** @description A heartbeat came within the time the center allows. */
            online: boolean;
            /** @description Durable and sealed as last reported by the box; witnessed as counted by the center itself. */
            progress: components["schemas"]["Progress"];
            /**
             * Format: int64
             * @description Readings received and verified.
             */
            readings: number;
            /**
             * Format: int64
             * @description Of them, in the center's tables.
             */
            readings_in_lake: number;
            /** @description What verification found. */
            verification: components["schemas"]["Verification"];
        };
        /** @description One item of the catalogue. */
        CatalogueItem: {
            /** @description Law, pharmacopoeia or guideline it rests on, as the list words it. */
            basis: string;
            /**
             * @description `PP32`, or `X-…` for an extension.
             * @example PP32
             */
            code: string;
            /** @description The default limit as the list words it; empty if it has none. */
            default_limit: string;
            /** @description What there is one value for: `batch`, `batch_step`. */
            granularity: string;
            /** @description Its module. */
            module: components["schemas"]["ModuleName"];
            /** @description Its name. */
            name: components["schemas"]["Text"];
            possible_max?: components["schemas"]["Number"] | null;
            possible_min?: components["schemas"]["Number"] | null;
            /** @description What tells several like values apart. */
            qualifiers: string[];
            /** @description Who stands for it: `proposed`, `official`, `province`, `enterprise`. */
            status: string;
            /** @description System it usually comes from: `LIMS`. */
            system: string;
            /** @description UCUM units its values may be in, the canonical one first; empty if it is not numeric. */
            units: string[];
            /** @description Type of its values: `decimal`, `code`. */
            value_type: string;
            /** @description Version of the list it stands in. */
            version: string;
            /** @description Zone, unless the enterprise's policy moves it. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description Which catalogue of key parameters is in force. */
        CatalogueRef: {
            /**
             * @description `proposed` until an official list replaces it; pages show it beside every judgement.
             * @example proposed
             */
            status: string;
            /** @description Version of the catalogue file. */
            version: string;
        };
        /** @description A certificate of a box. */
        CertificateRow: {
            /** @description SHA-256 of its DER bytes, hexadecimal. */
            fingerprint: string;
            /** @description When it was issued. */
            issued_at: components["schemas"]["Time"];
            /** @description Its end. */
            not_after: components["schemas"]["Time"];
            revoked_at?: components["schemas"]["Time"] | null;
        };
        /** @description Ask again for this. */
        Changed: {
            /** @description Id of the box, warning or series, if it is one. */
            id?: string | null;
            /** @description What changed. */
            topic: components["schemas"]["Topic"];
        };
        /** @description One batch's value and the limits it was judged by. A limit is absent where there was none. */
        ChartPoint: {
            /** @description Batch number. */
            batch: string;
            /** @description End of the batch, which orders the series. */
            batch_end_at: components["schemas"]["Time"];
            /** @description The batch's end is known; until then `batch_end_at` is the time of the result and the place may change. */
            batch_ended: boolean;
            center?: components["schemas"]["Number"] | null;
            /** @description How the number stands to the true one. */
            comparator: components["schemas"]["ComparatorSign"];
            /** @description Judgements on it, most severe first. */
            flags: components["schemas"]["Flag"][];
            limit_lower?: components["schemas"]["Number"] | null;
            limit_upper?: components["schemas"]["Number"] | null;
            /** @description The reading's id. */
            record: string;
            spec_lower?: components["schemas"]["Number"] | null;
            spec_upper?: components["schemas"]["Number"] | null;
            value?: components["schemas"]["Number"] | null;
            /**
             * Format: int32
             * @description Version of the result, 1 unless corrected.
             */
            version: number;
        };
        /** @description A code of an invitation or a recovery, and the password the person chooses. */
        CodeUse: {
            /** @description The code as it was told; case, spaces and hyphens do not matter. */
            code: string;
            /** @description The password, 15 to 256 characters. */
            new_password: string;
        };
        /**
         * @description How a reported number stands to the true one.
         * @enum {string}
         */
        ComparatorSign: "=" | "<" | "≤" | ">" | "≥";
        /**
         * @description Which of the two systems answers.
         * @enum {string}
         */
        End: "enterprise" | "governance";
        /** @description A code with which a box enrols. It is shown here and never again. */
        EnrolmentCode: {
            /** @description The name the box gets. */
            box_id: string;
            /** @description The code. */
            code: string;
            /** @description Until when it is good. */
            expires_at: components["schemas"]["Time"];
        };
        /** @description An enterprise as people know it. */
        EnterpriseRef: {
            /**
             * @description Unified social credit code, or the code its regulator gave it.
             * @example 91330100MA27XG5T0A
             */
            id: string;
            /** @description Registered name. */
            name: components["schemas"]["Text"];
        };
        /** @description An enterprise as the center sees it. */
        EnterpriseRow: {
            /** @description Its boxes, by id. */
            boxes: components["schemas"]["BoxRow"][];
            /** @description Unified social credit code, or the code its regulator gave it. */
            id: string;
            /** @description Registered name. */
            name: components["schemas"]["Text"];
            oldest_open_at?: components["schemas"]["Time"] | null;
            /** @description Administrative region, as its code or name. */
            region: string;
            /** @description Open warnings by level. */
            warnings_open: components["schemas"]["LevelCounts"];
        };
        /** @description A judgement with everything needed to compute it again. */
        FindingView: {
            /** @description `estimator=maximum-likelihood`. */
            choices: {
                [key: string]: string;
            };
            /** @description Hash of rule, series, inputs and parameters. */
            id: string;
            /** @description Severity. */
            level: components["schemas"]["LevelName"];
            /** @description In the order the rule computes them. */
            numbers: components["schemas"]["NamedNumber"][];
            raised_at_box?: components["schemas"]["Time"] | null;
            raised_at_center?: components["schemas"]["Time"] | null;
            /** @description Box time of the judged result. */
            result_at: components["schemas"]["Time"];
            /** @description Which rule. */
            rule: components["schemas"]["RuleView"];
            /** @description Kind of signal. */
            signal: components["schemas"]["SignalName"];
            /** @description What the judged value is about. */
            subject: components["schemas"]["SubjectView"];
            superseded_at?: components["schemas"]["Time"] | null;
            /** @description Unit of the values. */
            unit: string;
            /** @description The window, oldest first; the judged value is last. */
            window: components["schemas"]["InputView"][];
        };
        /** @description A judgement on a point. */
        Flag: {
            /** @description The finding. */
            finding_id: string;
            /** @description Severity. */
            level: components["schemas"]["LevelName"];
            /** @description Kind. */
            signal: components["schemas"]["SignalName"];
            /** @description The warning it belongs to. */
            warning_id: string;
        };
        /** @description What the center holds of one box, and has verified. */
        HeldCounts: {
            /**
             * Format: int64
             * @description Size of the segment files, bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Entries of all kinds.
             */
            entries: number;
            /**
             * Format: int64
             * @description Events.
             */
            events: number;
            /**
             * Format: int64
             * @description Findings.
             */
            findings: number;
            /**
             * Format: int64
             * @description Values that sealed gaps say were lost.
             */
            lost: number;
            /**
             * Format: int64
             * @description Single readings and rows of blocks.
             */
            readings: number;
            /**
             * Format: int64
             * @description Refused raw values, kept.
             */
            rejects: number;
        };
        /** @description One value a judgement used. */
        InputView: {
            /** @description The reading's id. */
            record: string;
            value?: components["schemas"]["Number"] | null;
        };
        /** @description A code that opens an account once. It is shown here and never again. */
        Invitation: {
            /** @description The code. */
            code: string;
            /** @description Until when it is good. */
            expires_at: components["schemas"]["Time"];
            /** @description Whose account. */
            name: string;
            signature?: components["schemas"]["SignatureView"] | null;
        };
        /** @description Open warnings by level. */
        LevelCounts: {
            /**
             * Format: int64
             * @description 提示.
             */
            notice: number;
            /**
             * Format: int64
             * @description 橙.
             */
            orange: number;
            /**
             * Format: int64
             * @description 红.
             */
            red: number;
            /**
             * Format: int64
             * @description 黄.
             */
            yellow: number;
        };
        /**
         * @description 红 橙 黄 提示.
         * @enum {string}
         */
        LevelName: "notice" | "yellow" | "orange" | "red";
        /** @description One event of the stream. `event:` is the variant's name, `data:` its JSON, `id:` a number that only grows. */
        LiveEvent: {
            /** @description New readings, at most 500; the newest of a stream if several came within one beat. */
            data: components["schemas"]["LiveReading"][];
            /** @enum {string} */
            event: "readings";
        } | {
            /** @description Something else changed. */
            data: components["schemas"]["Changed"];
            /** @enum {string} */
            event: "changed";
        } | {
            /** @enum {string} */
            event: "gap";
        };
        /**
         * @description The newest value of one stream or one laboratory result.
         *
         *     A stream is (source, parameter, qualifiers, subject without batch): the page keeps one row for each `stream`.
         */
        LiveReading: {
            comparator?: components["schemas"]["ComparatorSign"] | null;
            /** @description Hash that names the reading for ever, in hexadecimal. */
            id: string;
            number?: components["schemas"]["Number"] | null;
            /** @description Catalogue item. */
            parameter: components["schemas"]["ParameterView"];
            /** @description Which of several like values. */
            qualifiers: {
                [key: string]: string;
            };
            /** @description Source status and box flags. */
            quality: components["schemas"]["QualityView"];
            /** @description When the box received it. */
            received_at: components["schemas"]["Time"];
            /** @description Connector: `scada`, `lims`. */
            source: string;
            source_at?: components["schemas"]["Time"] | null;
            /** @description Names the stream; two readings with the same one replace each other on the page. */
            stream: string;
            /** @description What it is about. */
            subject: components["schemas"]["SubjectView"];
            /** @description UCUM unit of `number`; `1` for none. */
            unit: string;
            /** @description Exactly what the source wrote: `<0.05`, `ND`, `1.820`. */
            verbatim: string;
            /** @description Zone by catalogue and policy. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description The sealed log as the box holds it. The notes are C2SP signed notes, shown as they are so that they can be verified. */
        LogEvidence: {
            /** @description Newest checkpoint the box signed; absent for an empty log. */
            checkpoint?: string | null;
            /** @description Folder that `yaoxia-verify` reads, on the machine that answers; absent where the page must not say. */
            folder?: string | null;
            /** @description Origin line of the log. */
            origin: string;
            /** @description Newest checkpoint with the center's cosignature: the receipt. */
            receipt?: string | null;
            /** @description C2SP verifier key of the log. */
            vkey: string;
        };
        /** @description Name and password. */
        Login: {
            /** @description Login name. */
            name: string;
            /** @description Password, as typed. */
            password: string;
        };
        /** @description The logged-in person and what the page needs to know before anything else. */
        Me: {
            /** @description Every act the role may do here, as words of the access table: show only these. */
            acts: string[];
            /** @description Catalogue in force here. */
            catalogue: components["schemas"]["CatalogueRef"];
            /** @description Send this as `X-CSRF-Token` with every request that is not GET. */
            csrf_token: string;
            /** @description Name as signed and shown. */
            display_name: string;
            /** @description Which end this is. */
            end: components["schemas"]["End"];
            /** @description Login name. */
            name: string;
            /** @description Whom the person works for; an officer sees the division of the office. */
            organisation: components["schemas"]["OrganisationView"];
            /** @description What the person does here. */
            role: components["schemas"]["Role"];
            /** @description When the session ends at the latest. */
            session_ends_at: components["schemas"]["Time"];
            /** @description What this installation calls itself: the enterprise, or the regulator. */
            site: components["schemas"]["Text"];
        };
        /**
         * @description What a signature means (21 CFR 11.50).
         * @enum {string}
         */
        MeaningName: "review" | "approval" | "responsibility" | "authorship";
        /**
         * @description The five modules of the standard.
         * @enum {string}
         */
        ModuleName: "raw_material" | "production" | "finished_product" | "utility" | "special_product";
        /** @description One named parameter or statistic of a judgement. */
        NamedNumber: {
            /** @description `mean`, `limit_upper`. */
            name: string;
            value?: components["schemas"]["Number"] | null;
        };
        /** @description A box that may enrol. */
        NewEnrolment: {
            /** @description The name it gets: a-z, 0-9 and `-`. */
            box_id: string;
            /** @description Its enterprise. */
            enterprise: string;
            /**
             * Format: int32
             * @description Hours the code is good, 1 to 720; 72 if absent.
             */
            valid_hours?: number | null;
        };
        /** @description An office to add. */
        NewOrganisation: {
            /** @description Its code: 1 to 64 of a–z, A–Z, 0–9, `.`, `_`, `-`. */
            id: string;
            /** @description Its name, both languages. */
            name: components["schemas"]["Text"];
            /** @description Division it answers for, inside the administrator's own. */
            region: string;
        };
        /** @description An account to open: the person chooses the password with the code this gives. */
        NewPerson: {
            /** @description Name as signed and shown. */
            display_name: string;
            /** @description Login name: 1 to 64 of a–z, 0–9, `.`, `_`, `-`. */
            name: string;
            /** @description Id of the organisation; the administrator's own if absent. */
            organisation?: string | null;
            /** @description What the person does here. */
            role: components["schemas"]["Role"];
        };
        /** @description A recovery to ask for. */
        NewRecovery: {
            /** @description Whose account. */
            person: string;
            /** @description The reason, 1 to 500 characters. */
            reason: string;
        };
        /**
         * @description A finite decimal as text, with the digits it was reported or computed with.
         * @example 1.820
         */
        Number: string;
        /** @description Open warnings of one level. */
        OpenLevel: {
            /** @description How severe. */
            level: components["schemas"]["LevelName"];
            oldest_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many someone must still act on.
             */
            warnings: number;
        };
        /** @description What waits for somebody. */
        OpenWarnings: {
            /** @description Every level, most severe first. */
            levels: components["schemas"]["OpenLevel"][];
        };
        /**
         * @description Enterprise or office of the regulator.
         * @enum {string}
         */
        OrganisationKind: "enterprise" | "office";
        /** @description Whom people work for. */
        OrganisationView: {
            /** @description Its code. */
            id: string;
            /** @description Enterprise or office. */
            kind: components["schemas"]["OrganisationKind"];
            /** @description Its name. */
            name: components["schemas"]["Text"];
            /**
             * @description Division it answers for (GB/T 2260); `000000` is the country.
             * @example 330100
             */
            region: string;
        };
        /** @description The center's figures. */
        Overview: {
            /**
             * Format: int64
             * @description Batches known.
             */
            batches: number;
            /**
             * Format: int64
             * @description Batches first heard of since [`Self::day_began_at`].
             */
            batches_today: number;
            /**
             * Format: int64
             * @description Enrolled boxes.
             */
            boxes: number;
            /**
             * Format: int64
             * @description Of them, online.
             */
            boxes_online: number;
            /** @description When this was counted. */
            counted_at: components["schemas"]["Time"];
            /** @description Midnight before, by China Standard Time. */
            day_began_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Readings received and verified.
             */
            readings: number;
            /**
             * Format: int64
             * @description Of them, in the tables.
             */
            readings_in_lake: number;
            /**
             * Format: int64
             * @description Readings received since [`Self::day_began_at`].
             */
            readings_today: number;
            /** @description Open warnings by level. */
            warnings_open: components["schemas"]["LevelCounts"];
        };
        /** @description One page of a list. */
        Page_AuditRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description What: `login`, `logout`, or a word of the access table. */
                act?: string | null;
                /** @description When, RFC 3339 in UTC. */
                at: string;
                /** @description Address the request came from. */
                from?: string | null;
                /** @description Hash of this row and all before it, hexadecimal. */
                hash?: string;
                /** @description What is there now. */
                new?: string | null;
                /** @description To what. */
                object?: string | null;
                /** @description What was there before. */
                old?: string | null;
                /** @description Id of the person's organisation. */
                organisation?: string | null;
                /** @description `done` or `refused`. */
                outcome: string;
                /** @description Why; of a refusal, the problem's code. */
                reason?: string | null;
                /**
                 * Format: int64
                 * @description Its number, from 1, without a gap.
                 */
                seq: number;
                /** @description Hash of the session's token. */
                session?: string | null;
                /** @description Login name; `operator` for the operator's command. */
                who?: string | null;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_BatchRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Batch number. */
                batch: string;
                decided_at?: components["schemas"]["Time"] | null;
                /** @description The decision in the source's word: `released`. */
                decision?: string | null;
                ended_at?: components["schemas"]["Time"] | null;
                /** @description Whose. */
                enterprise: components["schemas"]["EnterpriseRef"];
                /** @description When this end first heard of it. */
                first_seen_at: components["schemas"]["Time"];
                /** @description Product code. */
                product: string;
                started_at?: components["schemas"]["Time"] | null;
                /** @description Open warnings with a standing finding on it. */
                warnings_open: components["schemas"]["LevelCounts"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_BoxRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Id given at enrolment. */
                box_id: string;
                /** @description Whose box. */
                enterprise: components["schemas"]["EnterpriseRef"];
                /** @description Why it is frozen, in English, for the person who must decide. */
                frozen_why?: string | null;
                /**
                 * Format: int64
                 * @description How long the oldest closed segment that the center does not hold has been waiting, milliseconds; 0 when it holds
                 *     all. As last reported: `last_seen_at` says when.
                 */
                lag_ms?: number | null;
                last_seen_at?: components["schemas"]["Time"] | null;
                /** @description A heartbeat came within the time the center allows. */
                online: boolean;
                /** @description Durable and sealed as last reported by the box; witnessed as counted by the center itself. */
                progress: components["schemas"]["Progress"];
                /**
                 * Format: int64
                 * @description Readings received and verified.
                 */
                readings: number;
                /**
                 * Format: int64
                 * @description Of them, in the center's tables.
                 */
                readings_in_lake: number;
                /** @description What verification found. */
                verification: components["schemas"]["Verification"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CatalogueItem: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Law, pharmacopoeia or guideline it rests on, as the list words it. */
                basis: string;
                /**
                 * @description `PP32`, or `X-…` for an extension.
                 * @example PP32
                 */
                code: string;
                /** @description The default limit as the list words it; empty if it has none. */
                default_limit: string;
                /** @description What there is one value for: `batch`, `batch_step`. */
                granularity: string;
                /** @description Its module. */
                module: components["schemas"]["ModuleName"];
                /** @description Its name. */
                name: components["schemas"]["Text"];
                possible_max?: components["schemas"]["Number"] | null;
                possible_min?: components["schemas"]["Number"] | null;
                /** @description What tells several like values apart. */
                qualifiers: string[];
                /** @description Who stands for it: `proposed`, `official`, `province`, `enterprise`. */
                status: string;
                /** @description System it usually comes from: `LIMS`. */
                system: string;
                /** @description UCUM units its values may be in, the canonical one first; empty if it is not numeric. */
                units: string[];
                /** @description Type of its values: `decimal`, `code`. */
                value_type: string;
                /** @description Version of the list it stands in. */
                version: string;
                /** @description Zone, unless the enterprise's policy moves it. */
                zone: components["schemas"]["ZoneName"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_CertificateRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description SHA-256 of its DER bytes, hexadecimal. */
                fingerprint: string;
                /** @description When it was issued. */
                issued_at: components["schemas"]["Time"];
                /** @description Its end. */
                not_after: components["schemas"]["Time"];
                revoked_at?: components["schemas"]["Time"] | null;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_EnterpriseRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Its boxes, by id. */
                boxes: components["schemas"]["BoxRow"][];
                /** @description Unified social credit code, or the code its regulator gave it. */
                id: string;
                /** @description Registered name. */
                name: components["schemas"]["Text"];
                oldest_open_at?: components["schemas"]["Time"] | null;
                /** @description Administrative region, as its code or name. */
                region: string;
                /** @description Open warnings by level. */
                warnings_open: components["schemas"]["LevelCounts"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_OrganisationView: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Its code. */
                id: string;
                /** @description Enterprise or office. */
                kind: components["schemas"]["OrganisationKind"];
                /** @description Its name. */
                name: components["schemas"]["Text"];
                /**
                 * @description Division it answers for (GB/T 2260); `000000` is the country.
                 * @example 330100
                 */
                region: string;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_PersonRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description When the account was opened. */
                added_at: components["schemas"]["Time"];
                closed_at?: components["schemas"]["Time"] | null;
                /** @description Name as signed and shown. */
                display_name: string;
                /**
                 * Format: int64
                 * @description Failed logins since the last good one.
                 */
                failed_logins: number;
                invited_until?: components["schemas"]["Time"] | null;
                locked_until?: components["schemas"]["Time"] | null;
                /** @description Login name. */
                name: string;
                /** @description Id of the person's organisation. */
                organisation: string;
                /** @description What the person does here. */
                role: components["schemas"]["Role"];
                /** @description How the account stands. */
                state: components["schemas"]["AccountState"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_ProductRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /**
                 * Format: int64
                 * @description Batches known.
                 */
                batches: number;
                /**
                 * Format: int64
                 * @description Of them released or refused.
                 */
                decided: number;
                /** @description Whose. */
                enterprise: components["schemas"]["EnterpriseRef"];
                /** @description When this end first heard of the newest of them. */
                last_seen_at: components["schemas"]["Time"];
                /** @description Product code. */
                product: string;
                /** @description Open warnings by level. */
                warnings_open: components["schemas"]["LevelCounts"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_RecoveryRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description When. */
                asked_at: components["schemas"]["Time"];
                /** @description Who asked. */
                asked_by: string;
                /** @description Until when it can be approved. */
                expires_at: components["schemas"]["Time"];
                /** @description Its id. */
                id: string;
                /** @description Whose account. */
                person: string;
                /** @description Why. */
                reason: string;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_SegmentRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description What is in it. */
                counts: components["schemas"]["HeldCounts"];
                /** @description Leaf hash of its header, hexadecimal. */
                header_hash: string;
                /**
                 * Format: int64
                 * @description Place in the one order of the center, from 1.
                 */
                ingest_no: number;
                /** @description When the center received it. */
                received_at: components["schemas"]["Time"];
                /**
                 * Format: int64
                 * @description Place in the box's log, from 0.
                 */
                seg_no: number;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_SeriesRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Whose. */
                enterprise: components["schemas"]["EnterpriseRef"];
                /**
                 * Format: int64
                 * @description Points with a signal.
                 */
                flagged: number;
                /** @description Opaque id, safe in a path. */
                id: string;
                last_at?: components["schemas"]["Time"] | null;
                /** @description Parameter. */
                parameter: components["schemas"]["ParameterView"];
                /**
                 * Format: int64
                 * @description Batches in it.
                 */
                points: number;
                /** @description Product code. */
                product: string;
                /** @description Which of several like values. */
                qualifiers: {
                    [key: string]: string;
                };
                /** @description Process step, if the series belongs to one. */
                step?: string | null;
                /** @description UCUM unit of the values. */
                unit: string;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_SessionRow: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Address the login came from; empty if not known. */
                address: string;
                /** @description When it began. */
                began_at: components["schemas"]["Time"];
                /** @description It is the one that asks. */
                current: boolean;
                /** @description Its id, which opens nothing. */
                id: string;
                /** @description When it was last used, to the minute. */
                seen_at: components["schemas"]["Time"];
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_SignatureView: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description When. */
                at: components["schemas"]["Time"];
                /**
                 * Format: int64
                 * @description Row of the audit trail that holds it.
                 */
                audit_seq: number;
                /** @description Hash over all of it, hexadecimal. */
                digest: string;
                /** @description The signer's name as printed. */
                display_name: string;
                /** @description What it means. */
                meaning: components["schemas"]["MeaningName"];
                /** @description Id of the organisation. */
                organisation: string;
                /** @description Name of the signed record. */
                record: string;
                /** @description SHA-256 of the signed bytes, hexadecimal. */
                record_hash: string;
                /** @description The signer's role then. */
                role: components["schemas"]["Role"];
                /** @description Login name of the signer. */
                signer: string;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        Page_Warning: {
            /** @description Rows in the order the route promises. */
            items: {
                /** @description Whether both ends agree; `pending` at the enterprise end until the center has answered. */
                agreement: components["schemas"]["Agreement"];
                /** @description Batch of the newest finding, if it is about one. */
                batch?: string | null;
                /** @description Catalogue version and status the rule used. */
                catalogue: string;
                /** @description How they differ, in English. */
                difference?: string | null;
                /** @description Whose batch. */
                enterprise: components["schemas"]["EnterpriseRef"];
                /**
                 * Format: int64
                 * @description Findings in it.
                 */
                findings: number;
                /** @description State of its handling: `raised` until a person takes it. */
                handling: string;
                /** @description Id, the same at both ends. */
                id: string;
                /** @description Highest level of its findings. */
                level: components["schemas"]["LevelName"];
                /** @description Someone must still act. */
                open: boolean;
                /** @description Judged parameter. */
                parameter: components["schemas"]["ParameterView"];
                /** @description Product code. */
                product: string;
                /** @description Which of several like values. */
                qualifiers: {
                    [key: string]: string;
                };
                raised_at_box?: components["schemas"]["Time"] | null;
                raised_at_center?: components["schemas"]["Time"] | null;
                /** @description Box time of the result that raised it. */
                result_at: components["schemas"]["Time"];
                /** @description Rule of its first finding. */
                rule: string;
                /**
                 * Format: int32
                 * @description Version of the rule's arithmetic.
                 */
                rule_version: number;
                /** @description Series to open the chart of. */
                series_id: string;
                /** @description Kind of its first finding. */
                signal: components["schemas"]["SignalName"];
                superseded_at?: components["schemas"]["Time"] | null;
            }[];
            /** @description Give this as `after` for the next page; absent on the last one. */
            next?: string | null;
        };
        /** @description A key parameter: catalogue item or item of an enterprise's X file. */
        ParameterView: {
            /**
             * @description Catalogue code.
             * @example PP32
             */
            code: string;
            /** @description Its name. */
            name: components["schemas"]["Text"];
        };
        /** @description The own password, changed. */
        PasswordChange: {
            /** @description The new one, 15 to 256 characters. */
            new_password: string;
            /** @description The password so far. */
            old_password: string;
        };
        /** @description One account of this end. */
        PersonRow: {
            /** @description When the account was opened. */
            added_at: components["schemas"]["Time"];
            closed_at?: components["schemas"]["Time"] | null;
            /** @description Name as signed and shown. */
            display_name: string;
            /**
             * Format: int64
             * @description Failed logins since the last good one.
             */
            failed_logins: number;
            invited_until?: components["schemas"]["Time"] | null;
            locked_until?: components["schemas"]["Time"] | null;
            /** @description Login name. */
            name: string;
            /** @description Id of the person's organisation. */
            organisation: string;
            /** @description What the person does here. */
            role: components["schemas"]["Role"];
            /** @description How the account stands. */
            state: components["schemas"]["AccountState"];
        };
        /** @description A stretch of a series with one way of judging. */
        Phase: {
            /**
             * Format: int64
             * @description Place of its first point in [`SeriesChart::points`].
             */
            first: number;
            /** @description How it is judged. */
            kind: components["schemas"]["PhaseKind"];
            /**
             * Format: int64
             * @description Place of its last point.
             */
            last: number;
        };
        /**
         * @description What a stretch of a series is judged by.
         * @enum {string}
         */
        PhaseKind: "collecting" | "preliminary" | "long_term";
        /** @description An error answer (RFC 9457). Build it with [`Problem::new`] or one of the short ways, add [`Problem::detail`]. */
        Problem: {
            /** @description What went wrong; the web dictionary translates it. */
            code: components["schemas"]["ProblemCode"];
            /** @description Where and why in this very case, in English; never secrets, never what broke inside. */
            detail?: string | null;
            /**
             * Format: int64
             * @description Seconds to wait before the next try.
             */
            retry_after_s?: number | null;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description The code in English words. */
            title: string;
            /** @description The code in Chinese words. */
            title_zh: string;
            /** @description The log line of an inside failure carries the same. */
            trace_id?: string | null;
            /** @description `urn:yaoxia:problem:` and the code. */
            type: string;
        };
        /**
         * @description What went wrong, as one stable word.
         * @enum {string}
         */
        ProblemCode: "unauthenticated" | "login_refused" | "login_delayed" | "csrf_refused" | "forbidden" | "password_refused" | "proof_refused" | "code_refused" | "not_found" | "method_not_allowed" | "invalid_request" | "conflict" | "too_large" | "too_many" | "timeout" | "unavailable" | "internal";
        /** @description A product of an enterprise, as its batches tell. */
        ProductRow: {
            /**
             * Format: int64
             * @description Batches known.
             */
            batches: number;
            /**
             * Format: int64
             * @description Of them released or refused.
             */
            decided: number;
            /** @description Whose. */
            enterprise: components["schemas"]["EnterpriseRef"];
            /** @description When this end first heard of the newest of them. */
            last_seen_at: components["schemas"]["Time"];
            /** @description Product code. */
            product: string;
            /** @description Open warnings by level. */
            warnings_open: components["schemas"]["LevelCounts"];
        };
        /** @description How far along the way the entries of the log are. `witnessed <= sealed <= durable`. */
        Progress: {
            /**
             * Format: int64
             * @description Entries fsynced in the journal.
             */
            durable_entries: number;
            sealed_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Entries below a checkpoint signed by the box.
             */
            sealed_entries: number;
            /**
             * Format: int64
             * @description Segments sealed: the size of the log tree.
             */
            sealed_segments: number;
            witnessed_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Entries below a checkpoint cosigned by the center.
             */
            witnessed_entries: number;
            /**
             * Format: int64
             * @description Segments below the newest cosigned checkpoint.
             */
            witnessed_segments: number;
        };
        /** @description A proof that the password was shown again. It is good for one signature. */
        Proof: {
            /** @description Until when. */
            expires_at: components["schemas"]["Time"];
            /** @description Give this with what is to be signed. */
            proof: string;
        };
        /** @description A signed act: a re-authentication of this session. */
        Proven: {
            /** @description The proof that `POST /session/proof` gave; good once. */
            proof: string;
        };
        /**
         * @description OPC UA severity of the source's status.
         * @enum {string}
         */
        QualityClass: "good" | "uncertain" | "bad";
        /** @description What the source said of a value and what the box noticed. */
        QualityView: {
            /** @description Severity of `status`. */
            class: components["schemas"]["QualityClass"];
            /** @description The box's flags by name: `src_future`, `unit_converted`. */
            flags: string[];
            /** @description OPC UA StatusCode, eight hexadecimal digits: `80310000`. */
            status: string;
        };
        /** @description The password, shown again in a living session. */
        Reauthentication: {
            /** @description The own password. */
            password: string;
        };
        /** @description One administrator asks that a person may choose a new password; another approves. */
        RecoveryRow: {
            /** @description When. */
            asked_at: components["schemas"]["Time"];
            /** @description Who asked. */
            asked_by: string;
            /** @description Until when it can be approved. */
            expires_at: components["schemas"]["Time"];
            /** @description Its id. */
            id: string;
            /** @description Whose account. */
            person: string;
            /** @description Why. */
            reason: string;
        };
        /** @description A box out of service. */
        Retired: {
            /** @description Which. */
            box_id: string;
            /** @description Since when. */
            retired_at: components["schemas"]["Time"];
            /** @description Who answers for it. */
            signature: components["schemas"]["SignatureView"];
        };
        /** @description A box to take out of service, or to accept again. */
        Retirement: {
            /** @description The proof that `POST /session/proof` gave; good once. */
            proof: string;
            /** @description The reason, 1 to 500 characters. */
            reason: string;
        };
        /**
         * @description What a person does at this end.
         * @enum {string}
         */
        Role: "administrator" | "qa" | "qa_head" | "production_head" | "authorised_person" | "plant_it" | "enterprise_custodian" | "officer" | "reviewer" | "inspector" | "leader" | "regulator_custodian" | "auditor";
        /** @description A box that is to get a new certificate. */
        RotationAsked: {
            /** @description Since when. The box renews by itself at its next heartbeat. */
            asked_at: components["schemas"]["Time"];
            /** @description Which. */
            box_id: string;
        };
        /** @description Which rule judged, exactly. */
        RuleView: {
            /** @description `proposed` or `official`. */
            catalogue_status: string;
            /** @description Catalogue version the parameter was taken from. */
            catalogue_version: string;
            /** @description `stability.continuous`. */
            name: string;
            /**
             * Format: int32
             * @description Version of its arithmetic.
             */
            version: number;
        };
        /** @description One segment the center holds. */
        SegmentRow: {
            /** @description What is in it. */
            counts: components["schemas"]["HeldCounts"];
            /** @description Leaf hash of its header, hexadecimal. */
            header_hash: string;
            /**
             * Format: int64
             * @description Place in the one order of the center, from 1.
             */
            ingest_no: number;
            /** @description When the center received it. */
            received_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Place in the box's log, from 0.
             */
            seg_no: number;
        };
        /** @description The control chart of a series. */
        SeriesChart: {
            /**
             * Format: int64
             * @description Older points left out.
             */
            left_out: number;
            /** @description Stretches in order. */
            phases: components["schemas"]["Phase"][];
            /** @description Points in series order, the newest of them. */
            points: components["schemas"]["ChartPoint"][];
            /** @description The series. */
            series: components["schemas"]["SeriesRow"];
        };
        /** @description One series: (enterprise, product, step, parameter, qualifiers). */
        SeriesRow: {
            /** @description Whose. */
            enterprise: components["schemas"]["EnterpriseRef"];
            /**
             * Format: int64
             * @description Points with a signal.
             */
            flagged: number;
            /** @description Opaque id, safe in a path. */
            id: string;
            last_at?: components["schemas"]["Time"] | null;
            /** @description Parameter. */
            parameter: components["schemas"]["ParameterView"];
            /**
             * Format: int64
             * @description Batches in it.
             */
            points: number;
            /** @description Product code. */
            product: string;
            /** @description Which of several like values. */
            qualifiers: {
                [key: string]: string;
            };
            /** @description Process step, if the series belongs to one. */
            step?: string | null;
            /** @description UCUM unit of the values. */
            unit: string;
        };
        /** @description One session. */
        SessionRow: {
            /** @description Address the login came from; empty if not known. */
            address: string;
            /** @description When it began. */
            began_at: components["schemas"]["Time"];
            /** @description It is the one that asks. */
            current: boolean;
            /** @description Its id, which opens nothing. */
            id: string;
            /** @description When it was last used, to the minute. */
            seen_at: components["schemas"]["Time"];
        };
        /**
         * @description What the statistic did.
         * @enum {string}
         */
        SignalName: "point" | "sustained" | "breach";
        /** @description A signature, shown wherever the signed thing is shown. */
        SignatureView: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Row of the audit trail that holds it.
             */
            audit_seq: number;
            /** @description Hash over all of it, hexadecimal. */
            digest: string;
            /** @description The signer's name as printed. */
            display_name: string;
            /** @description What it means. */
            meaning: components["schemas"]["MeaningName"];
            /** @description Id of the organisation. */
            organisation: string;
            /** @description Name of the signed record. */
            record: string;
            /** @description SHA-256 of the signed bytes, hexadecimal. */
            record_hash: string;
            /** @description The signer's role then. */
            role: components["schemas"]["Role"];
            /** @description Login name of the signer. */
            signer: string;
        };
        /** @description What a reading is about. */
        SubjectView: {
            /** @enum {string} */
            kind: "material_lot";
            /** @description Lot number. */
            lot: string;
            /** @description Material code. */
            material: string;
        } | {
            /** @description Batch number. */
            batch: string;
            /** @enum {string} */
            kind: "batch";
            /** @description Product. */
            product: string;
            /** @description Process step, if the reading belongs to one. */
            step?: string | null;
        } | {
            /** @description Its id. */
            id: string;
            /** @enum {string} */
            kind: "equipment";
        } | {
            /** @description Its id. */
            id: string;
            /** @enum {string} */
            kind: "room";
        } | {
            /** @description Its id. */
            id: string;
            /** @enum {string} */
            kind: "sample";
        };
        /** @description One text in both languages of the product. */
        Text: {
            /** @description English. */
            en: string;
            /** @description zh-CN. */
            zh: string;
        };
        /**
         * Format: date-time
         * @description An instant, RFC 3339 in UTC with microseconds: `2026-11-21T20:15:30.000000Z`.
         * @example 2026-11-21T20:15:30.000000Z
         */
        Time: string;
        /**
         * @description What changed.
         * @enum {string}
         */
        Topic: "status" | "boxes" | "warnings" | "series";
        /**
         * @description What the center found when it verified what the box sent.
         * @enum {string}
         */
        Verification: "nothing" | "sound" | "frozen";
        /** @description Something found that someone must handle. */
        Warning: {
            /** @description Whether both ends agree; `pending` at the enterprise end until the center has answered. */
            agreement: components["schemas"]["Agreement"];
            /** @description Batch of the newest finding, if it is about one. */
            batch?: string | null;
            /** @description Catalogue version and status the rule used. */
            catalogue: string;
            /** @description How they differ, in English. */
            difference?: string | null;
            /** @description Whose batch. */
            enterprise: components["schemas"]["EnterpriseRef"];
            /**
             * Format: int64
             * @description Findings in it.
             */
            findings: number;
            /** @description State of its handling: `raised` until a person takes it. */
            handling: string;
            /** @description Id, the same at both ends. */
            id: string;
            /** @description Highest level of its findings. */
            level: components["schemas"]["LevelName"];
            /** @description Someone must still act. */
            open: boolean;
            /** @description Judged parameter. */
            parameter: components["schemas"]["ParameterView"];
            /** @description Product code. */
            product: string;
            /** @description Which of several like values. */
            qualifiers: {
                [key: string]: string;
            };
            raised_at_box?: components["schemas"]["Time"] | null;
            raised_at_center?: components["schemas"]["Time"] | null;
            /** @description Box time of the result that raised it. */
            result_at: components["schemas"]["Time"];
            /** @description Rule of its first finding. */
            rule: string;
            /**
             * Format: int32
             * @description Version of the rule's arithmetic.
             */
            rule_version: number;
            /** @description Series to open the chart of. */
            series_id: string;
            /** @description Kind of its first finding. */
            signal: components["schemas"]["SignalName"];
            superseded_at?: components["schemas"]["Time"] | null;
        };
        /** @description A warning with its findings. */
        WarningDetail: {
            /** @description Its findings, newest first, at most 100. */
            findings: components["schemas"]["FindingView"][];
            /**
             * Format: int64
             * @description Findings left out because there are more than 100.
             */
            left_out: number;
            /** @description The warning. */
            warning: components["schemas"]["Warning"];
        };
        /**
         * @description Who may see a datum: 白区 灰区 黑区.
         * @enum {string}
         */
        ZoneName: "white" | "grey" | "black";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_audit: {
        parameters: {
            query?: {
                /** @description Only of this act. */
                act?: string;
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only from this time on, RFC 3339. */
                from?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
                /** @description Only on this object, such as `person/li.na`. */
                object?: string;
                /** @description Only before this time, RFC 3339. */
                until?: string;
                /** @description Only of this login name. */
                who?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood, or not for this role */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditRow"];
                };
            };
        };
    };
    list_batches: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only of this enterprise. */
                enterprise?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
                /** @description Only those whose number contains this text. */
                number?: string;
                /** @description Only of this product. */
                product?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BatchRow"];
                };
            };
        };
    };
    read_batch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                batch: string;
                enterprise: string;
                product: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchDetail"];
                };
            };
            /** @description no such batch */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    boxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BoxRow"];
                };
            };
        };
    };
    read_box: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoxDetail"];
                };
            };
            /** @description no such box */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_box: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Retirement"];
            };
        };
        responses: {
            /** @description no such box, not frozen, or no good proof */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
        };
    };
    list_certificates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CertificateRow"];
                };
            };
            /** @description no such box */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_certificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            /** @description no such box, or out of service */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotationAsked"];
                };
            };
        };
    };
    retire_box: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Retirement"];
            };
        };
        responses: {
            /** @description no such box, retired already, or no good proof */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retired"];
                };
            };
        };
    };
    list_segments: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description no such box, or query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SegmentRow"];
                };
            };
        };
    };
    make_enrolment_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnrolment"];
            };
        };
        responses: {
            /** @description not usable, or no such enterprise */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentCode"];
                };
            };
        };
    };
    list_catalogue: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
                /** @description Only of this module. */
                module?: "raw_material" | "production" | "finished_product" | "utility" | "special_product";
                /** @description Only items whose code or name contains this text, in either language and any case. */
                text?: string;
                /** @description Only of this zone. */
                zone?: "white" | "grey" | "black";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CatalogueItem"];
                };
            };
        };
    };
    list_enterprises: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EnterpriseRow"];
                };
            };
        };
    };
    listen: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description endless */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LiveEvent"];
                };
            };
            /** @description nobody is logged in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many streams */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_organisations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrganisationView"];
                };
            };
        };
    };
    add_organisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrganisation"];
            };
        };
        responses: {
            /** @description not usable, taken, or another region */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganisationView"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
        };
    };
    list_people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PersonRow"];
                };
            };
            /** @description not for this role */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite_person: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description not allowed, or not usable */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
        };
    };
    close_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Because"];
            };
        };
        responses: {
            /** @description no such person, or oneself */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description closed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    invite_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description no such person, or one with a password */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
        };
    };
    list_sessions_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionRow"];
                };
            };
            /** @description no such person */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no such person or session */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_products: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProductRow"];
                };
            };
        };
    };
    list_recoveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecoveryRow"];
                };
            };
        };
    };
    ask_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecovery"];
            };
        };
        responses: {
            /** @description no such person */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryRow"];
                };
            };
        };
    };
    approve_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proven"];
            };
        };
        responses: {
            /** @description no such recovery, not by this person, or no good proof */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
        };
    };
    list_series: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only of this enterprise. */
                enterprise?: string;
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
                /** @description Only of this product. */
                product?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SeriesRow"];
                };
            };
        };
    };
    read_chart: {
        parameters: {
            query?: {
                /** @description Newest points wanted, 1 to 10000; 500 if absent. */
                points?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description no such series, or query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesChart"];
                };
            };
        };
    };
    who: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description nobody */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description refused or delayed */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    use_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeUse"];
            };
        };
        responses: {
            /** @description no such code, or an unusable password */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the password is set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description wrong or unusable password */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description changed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    reauthenticate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reauthentication"];
            };
        };
        responses: {
            /** @description wrong password, or too many */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proof"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionRow"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no such session of the person */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_signatures: {
        parameters: {
            query: {
                /** @description Name of the signed record: `recovery/…`, `box/box-1/retirement`. */
                record: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SignatureView"];
                };
            };
        };
    };
    list_warnings: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only with a standing finding on a batch of this number. */
                batch?: string;
                /** @description Only of this enterprise. */
                enterprise?: string;
                /** @description Only of this level. */
                level?: "notice" | "yellow" | "orange" | "red";
                /** @description Only of this level or higher. */
                level_min?: "notice" | "yellow" | "orange" | "red";
                /** @description Rows wanted, 1 to 500; 50 if absent. */
                limit?: number;
                /** @description Only those someone must still act on. */
                open_only?: boolean;
                /** @description Only of this parameter code. */
                parameter?: string;
                /** @description Only of this product. */
                product?: string;
                /** @description Only of this series. */
                series?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description query not understood */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Warning"];
                };
            };
        };
    };
    read_warning: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WarningDetail"];
                };
            };
            /** @description no such warning */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_warnings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenWarnings"];
                };
            };
        };
    };
}
