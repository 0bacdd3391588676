window.sutra = {
    async ask(query, variables) {
        const answer = await fetch('/graphql/setup', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'sutra-request': '1' },
            body: JSON.stringify({ query, variables }),
        });
        return (await answer.json());
    },
    async one(query, variables) {
        const { data, errors } = await this.ask(query, variables);
        if (errors) throw new Error(errors[0].extensions.code);
        return Object.values(data)[0];
    },
    async make(asked) {
        const options = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(asked.options).publicKey);
        return JSON.stringify(await navigator.credentials.create({ publicKey: options }));
    },
    async get(asked, mediation) {
        const options = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(asked.options).publicKey);
        return JSON.stringify(await navigator.credentials.get({ publicKey: options, mediation }));
    },
    async signIn(mediation) {
        const asked = await this.one('mutation { beginPasskeySignIn(workspace: "demo") { options ceremony } }');
        this.asked = asked;
        this.credential = await this.get(asked, mediation);
        return this.finish();
    },
    async finish() {
        const finish = `mutation ($ceremony: String!, $credential: String!) {
            signInWithPasskey(workspace: "demo", ceremony: $ceremony, credential: $credential, deliver: COOKIE) {
                __typename ... on SignedIn { user { email } } } }`;
        return this.one(finish, { ceremony: this.asked.ceremony, credential: this.credential });
    },
    async stepUp() {
        const asked = await this.one('mutation { beginPasskeyStepUp { options ceremony } }');
        const credential = await this.get(asked);
        const finish = `mutation ($ceremony: String!, $credential: String!) {
            stepUpWithPasskey(ceremony: $ceremony, credential: $credential) { __typename } }`;
        return this.one(finish, { ceremony: asked.ceremony, credential });
    },
    async add() {
        const asked = await this.one('mutation { offerPasskey { options ceremony } }');
        const credential = await this.make(asked);
        const add = `mutation ($ceremony: String!, $credential: String!) {
            addPasskey(name: "Laptop", ceremony: $ceremony, credential: $credential) { factorId } }`;
        return this.one(add, { ceremony: asked.ceremony, credential });
    },
};
